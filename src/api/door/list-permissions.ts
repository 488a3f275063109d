import { permissions, type Permission } from '../../directory/permissions.ts'
import { permissionsAnswer } from '../contract/access.ts'
import { nothing, route } from './route.ts'

export const listPermissions = route({
  method: 'GET',
  path: '/v1/permissions',
  permission: 'permissions.see',
  summary: 'Who may do what.',
  answer: permissionsAnswer,
  params: nothing,
  query: nothing,
  body: nothing,
  async handle(_input, { routes }) {
    const all = Object.entries<Permission>(permissions).map(([name, needed]) => {
      const asked = routes.filter(({ permission }) => permission === name)
      return { name, ...needed, limits: asked.some(({ isLimitable }) => isLimitable) }
    })
    return await Promise.resolve({ status: 200, body: { permissions: all } })
  },
})
