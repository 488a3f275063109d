// What bounds the things of one person.

/** A stanza has 262,144 bytes at most; a picture in it has three quarters of its base64. */
export const itemBytesMax = 196_608
export const itemsPerNodeMax = 1_000
export const nodesPerPersonMax = 200
export const subscriptionsPerNodeMax = 1_000
/** Subscriptions that wait for the owner. */
export const requestsPerNodeMax = 100
export const affiliationsPerNodeMax = 1_000
/** Of a node's name and an item's id, in UTF-16 units. */
export const nameUnitsMax = 1_023
/** Of a title, a description, a group's name. */
export const textUnitsMax = 1_023
