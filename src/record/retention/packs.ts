// Ready-made classes and rules for duties that many have, as data. They are a beginning and no legal advice: who applies one reads the
// authority of each class, and decides whether the duty is his. Periods: docs/operate/retention.md.

import { type RetentionClass, type RetentionRule } from './types.ts'

/** Classes and rules that go together. */
export type RetentionPack = {
  readonly name: string
  readonly title: string
  /** What it is for, and what has to be done beside it: which groups its rules name. */
  readonly about: string
  readonly classes: readonly RetentionClass[]
  readonly rules: readonly RetentionRule[]
}

const fromCreation = { after: 'creation' } as const

export const packs: readonly RetentionPack[] = [
  {
    name: 'sec-17a-4',
    title: 'SEC Rule 17a-4 and FINRA Rule 4511: broker-dealers in the United States',
    about:
      'Put associated persons into the group broker-dealer, and those whose conversations belong to books and records without a period of their own into finra-books.',
    classes: [
      {
        name: 'sec-17a-4',
        keep: { count: 3, unit: 'years' },
        ...fromCreation,
        locked: true,
        authority:
          '17 CFR 240.17a-4(b)(4): communications relating to the business as such, three years, the first two in an easily accessible place.',
      },
      {
        name: 'finra-4511',
        keep: { count: 6, unit: 'years' },
        ...fromCreation,
        locked: true,
        authority:
          'FINRA Rule 4511(b): books and records without a specified period, six years; 17 CFR 240.17a-4(a).',
      },
    ],
    rules: [
      { name: 'broker-dealer', class: 'sec-17a-4', when: { groups: ['broker-dealer'] } },
      { name: 'finra-books', class: 'finra-4511', when: { groups: ['finra-books'] } },
    ],
  },
  {
    name: 'mifid-ii',
    title: 'MiFID II: investment firms in the European Union',
    about:
      'Put whoever may conclude or prepare client orders into the group mifid-ii. On a request of the authority put them into mifid-ii-seven as well.',
    classes: [
      {
        name: 'mifid-ii',
        keep: { count: 5, unit: 'years' },
        ...fromCreation,
        locked: true,
        authority:
          'Directive 2014/65/EU art. 16(7); Delegated Regulation (EU) 2017/565 art. 76(8): five years from the creation of the record.',
      },
      {
        name: 'mifid-ii-seven',
        keep: { count: 7, unit: 'years' },
        ...fromCreation,
        locked: true,
        authority:
          'Directive 2014/65/EU art. 16(7): where requested by the competent authority, up to seven years.',
      },
    ],
    rules: [
      { name: 'mifid-ii', class: 'mifid-ii', when: { groups: ['mifid-ii'] } },
      { name: 'mifid-ii-seven', class: 'mifid-ii-seven', when: { groups: ['mifid-ii-seven'] } },
    ],
  },
  {
    name: 'hipaa',
    title: 'HIPAA: covered entities and business associates in the United States',
    about:
      'Put whoever works with protected health information into the group hipaa. State law may ask for medical records to be kept longer.',
    classes: [
      {
        name: 'hipaa',
        keep: { count: 6, unit: 'years' },
        ...fromCreation,
        locked: true,
        authority:
          '45 CFR 164.316(b)(2)(i) and 164.530(j)(2): documentation, six years from its creation or from when it was last in effect.',
      },
    ],
    rules: [{ name: 'hipaa', class: 'hipaa', when: { groups: ['hipaa'] } }],
  },
  {
    name: 'gdpr-minimal',
    title: 'GDPR: no longer than necessary, where no other duty asks for more',
    about:
      'Sets the class of everything that no rule names. The regulation names no period: half a year is a beginning, and the controller says which one is necessary and why. What is there already in that class becomes due, too: simulate first.',
    classes: [
      {
        name: 'default',
        keep: { count: 6, unit: 'months' },
        ...fromCreation,
        locked: false,
        authority:
          'Regulation (EU) 2016/679 art. 5(1)(e), storage limitation; the period is the decision of the controller, art. 24.',
      },
    ],
    rules: [],
  },
  {
    name: 'uk-fca',
    title: 'FCA SYSC 10A: firms in the United Kingdom',
    about:
      'Put whoever is in scope of SYSC 10A.1.1 R into the group uk-fca. On a request of the FCA put them into uk-fca-seven as well.',
    classes: [
      {
        name: 'uk-fca',
        keep: { count: 5, unit: 'years' },
        ...fromCreation,
        locked: true,
        authority: 'FCA Handbook SYSC 10A.1.15 R: five years from the creation of the record.',
      },
      {
        name: 'uk-fca-seven',
        keep: { count: 7, unit: 'years' },
        ...fromCreation,
        locked: true,
        authority: 'FCA Handbook SYSC 10A.1.15 R: where requested by the FCA, up to seven years.',
      },
    ],
    rules: [
      { name: 'uk-fca', class: 'uk-fca', when: { groups: ['uk-fca'] } },
      { name: 'uk-fca-seven', class: 'uk-fca-seven', when: { groups: ['uk-fca-seven'] } },
    ],
  },
  {
    name: 'capstone',
    title: 'FOIA and NARA GRS 6.1 (Capstone): federal agencies of the United States',
    about:
      'Put those who hold the posts on the agency’s approved list into the group capstone for as long as they hold them, their direct support staff, too; support and administrative staff into capstone-support; everybody else of the agency into agency.',
    classes: [
      {
        name: 'capstone-permanent',
        keep: 'permanent',
        ...fromCreation,
        locked: true,
        authority:
          'NARA General Records Schedule 6.1 item 010, Bulletin 2023-02: messages of Capstone officials are permanent.',
      },
      {
        name: 'capstone-temporary',
        keep: { count: 7, unit: 'years' },
        ...fromCreation,
        locked: true,
        authority:
          'NARA General Records Schedule 6.1 item 011: messages of others, temporary, seven years.',
      },
      {
        name: 'capstone-support',
        keep: { count: 3, unit: 'years' },
        ...fromCreation,
        locked: true,
        authority:
          'NARA General Records Schedule 6.1 item 012: messages of support and administrative staff, temporary, three years.',
      },
    ],
    rules: [
      { name: 'capstone', class: 'capstone-permanent', when: { groups: ['capstone'] } },
      { name: 'agency', class: 'capstone-temporary', when: { groups: ['agency'] } },
      {
        name: 'capstone-support',
        class: 'capstone-support',
        when: { groups: ['capstone-support'] },
      },
    ],
  },
]
