import { type RecordKind } from '../types.ts'
import { type Leaf, type Tree } from './ports.ts'

/** What a parsed question has beside: names, which somebody has to know. */
export type Named =
  | {
      readonly kind: 'person'
      readonly role: 'from' | 'to' | 'with'
      readonly who: string
      readonly column: number
    }
  | { readonly kind: 'conversation'; readonly which: string; readonly column: number }
  | { readonly kind: 'held'; readonly column: number }

export type ParsedQuery = Tree<Leaf | Named>

export const everything: Tree<never> = { kind: 'and', of: [] }
export const nothing: Tree<never> = { kind: 'or', of: [] }

export function leaf<L>(its: L): Tree<L> {
  return { kind: 'leaf', leaf: its }
}

/** All of them; flat, so that it reads as it was typed. */
export function allOf<L>(of: readonly Tree<L>[]): Tree<L> {
  const flat = of.flatMap((one) => (one.kind === 'and' ? one.of : [one]))
  const [only] = flat
  return flat.length === 1 && only !== undefined ? only : { kind: 'and', of: flat }
}

export function anyOf<L>(of: readonly Tree<L>[]): Tree<L> {
  const flat = of.flatMap((one) => (one.kind === 'or' ? one.of : [one]))
  const [only] = flat
  return flat.length === 1 && only !== undefined ? only : { kind: 'or', of: flat }
}

export function not<L>(of: Tree<L>): Tree<L> {
  return of.kind === 'not' ? of.of : { kind: 'not', of }
}

/** Puts something in the place of each leaf. @param map `isDenied`: under an odd number of NOTs */
export function mapLeaves<A, B>(
  tree: Tree<A>,
  map: (its: A, isDenied: boolean) => Tree<B>,
  isDenied = false,
): Tree<B> {
  switch (tree.kind) {
    case 'leaf':
      return map(tree.leaf, isDenied)
    case 'not':
      return not(mapLeaves(tree.of, map, !isDenied))
    case 'and':
      return allOf(tree.of.map((one) => mapLeaves(one, map, isDenied)))
    case 'or':
      return anyOf(tree.of.map((one) => mapLeaves(one, map, isDenied)))
    default:
      return tree
  }
}

/** The leaves that make a record fit, in the order in which they were typed: none of what must not be there. */
export function positiveLeaves<L>(tree: Tree<L>): readonly L[] {
  if (tree.kind === 'leaf') return [tree.leaf]
  return tree.kind === 'not' ? [] : tree.of.flatMap(positiveLeaves)
}

/** All of them, in the order in which they were typed. */
export function leavesOf<L>(tree: Tree<L>): readonly L[] {
  if (tree.kind === 'leaf') return [tree.leaf]
  return tree.kind === 'not' ? leavesOf(tree.of) : tree.of.flatMap(leavesOf)
}

export function hasLeaf<L>(tree: Tree<L>, is: (its: L) => boolean): boolean {
  return leavesOf(tree).some(is)
}

/** Kinds by the words that people type after `kind:`; a kind's own name works as well. */
export const kindWords: { readonly [word: string]: readonly RecordKind[] } = {
  message: ['message', 'correction'],
  edit: ['correction'],
  retraction: ['retraction', 'moderation'],
  room: [
    'room.create',
    'room.config',
    'room.affiliation',
    'room.subject',
    'room.destroy',
    'room.join',
    'room.leave',
    'room.nick',
    'room.role',
    'room.members',
    'room.request',
    'room.card',
    'room.hats',
  ],
  file: ['file.upload'],
}
