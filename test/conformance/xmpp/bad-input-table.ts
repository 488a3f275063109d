// What each spoiled request is answered; what is not in it is accepted. The fields are named as `spoil.ts` names them.
export const answersToSpoiled = `
disco info of the server
  <query>: foreign service-unavailable

disco info of a node
  query@node: empty item-not-found, long not-acceptable, nonsense item-not-found
  <query>: foreign service-unavailable

disco items of a node
  query@node: empty item-not-found, long not-acceptable, nonsense item-not-found
  <query>: foreign service-unavailable

ping
  <ping>: foreign service-unavailable

time
  <time>: foreign service-unavailable

version
  <query>: foreign service-unavailable

last activity
  <query>: foreign service-unavailable

roster
  <query>: foreign service-unavailable

roster item
  <query>: foreign service-unavailable
  item@jid: missing bad-request, empty bad-request, long bad-request, nonsense bad-request
  item@name: long not-acceptable
  <item>: missing bad-request, doubled bad-request, foreign bad-request
  group: empty not-acceptable, long not-acceptable
  <group>: doubled bad-request

roster removal
  <query>: foreign service-unavailable
  item@jid: missing bad-request, empty bad-request, long bad-request, nonsense bad-request
  <item>: missing bad-request, doubled bad-request, foreign bad-request

block
  <block>: foreign service-unavailable
  item@jid: missing bad-request, empty bad-request, long bad-request, nonsense bad-request
  <item>: missing bad-request
  report@reason: missing bad-request, empty bad-request

unblock
  <unblock>: foreign service-unavailable
  item@jid: missing bad-request, empty bad-request, long bad-request, nonsense bad-request

card
  <vCard>: foreign service-unavailable

private XML
  <query>: foreign service-unavailable
  <x>: missing not-acceptable

private XML asked
  <query>: foreign service-unavailable
  <x>: missing bad-request, doubled bad-request

old bookmarks
  <query>: foreign service-unavailable
  <storage>: missing not-acceptable

relays
  <services>: foreign service-unavailable

credentials
  <credentials>: foreign service-unavailable
  service@type: missing bad-request, empty item-not-found, long item-not-found, nonsense item-not-found
  service@host: missing bad-request, empty item-not-found, long item-not-found, nonsense item-not-found
  service@port: empty item-not-found, long item-not-found, nonsense item-not-found
  <service>: missing bad-request, foreign bad-request

carbons
  <enable>: foreign service-unavailable

archive
  <query>: foreign service-unavailable
  x@type: missing bad-request, empty bad-request, long bad-request, nonsense bad-request
  field@var: missing bad-request, empty bad-request, long bad-request, nonsense bad-request
  <field>: missing bad-request, doubled bad-request, foreign bad-request
  value: empty bad-request, long bad-request, nonsense bad-request
  <value>: missing bad-request, foreign bad-request
  field2@var: missing bad-request, empty feature-not-implemented, long feature-not-implemented, nonsense feature-not-implemented
  <field2>: doubled bad-request
  value2: empty bad-request, long bad-request, nonsense bad-request
  field3@var: missing bad-request, empty feature-not-implemented, long feature-not-implemented, nonsense feature-not-implemented
  <field3>: doubled bad-request
  value3: empty bad-request, long bad-request, nonsense bad-request
  max: empty bad-request, long bad-request, nonsense bad-request

archive preferences
  prefs@default: missing not-allowed, empty not-allowed, long not-allowed, nonsense not-allowed
  <prefs>: foreign service-unavailable

clients
  <list>: foreign service-unavailable

slot
  request@filename: missing bad-request, empty bad-request, long bad-request
  request@size: missing bad-request, empty bad-request, long bad-request, nonsense bad-request
  <request>: foreign service-unavailable

publish
  <pubsub>: foreign service-unavailable
  publish@node: missing bad-request+nodeid-required, empty bad-request+nodeid-required, long not-acceptable
  <publish>: missing bad-request, doubled bad-request, foreign bad-request
  item@id: long not-acceptable
  <item>: missing bad-request+item-required, doubled bad-request, foreign bad-request+item-required
  <x>: missing bad-request+payload-required, doubled bad-request+invalid-payload
  <publish-options>: doubled bad-request
  x2@type: missing bad-request, empty bad-request, long bad-request, nonsense bad-request
  <x2>: missing bad-request, doubled bad-request, foreign bad-request
  field@var: missing bad-request, empty bad-request, long bad-request, nonsense bad-request
  <field>: missing bad-request, doubled bad-request, foreign bad-request
  value: empty bad-request, long bad-request, nonsense bad-request
  <value>: missing bad-request, foreign bad-request
  field2@var: missing bad-request, empty conflict+precondition-not-met, long conflict+precondition-not-met, nonsense conflict+precondition-not-met
  <field2>: doubled bad-request
  value2: empty not-acceptable+unsupported-access-model, long not-acceptable+unsupported-access-model, nonsense not-acceptable+unsupported-access-model
  <value2>: missing not-acceptable+unsupported-access-model, doubled conflict+precondition-not-met, foreign not-acceptable+unsupported-access-model

retract
  <pubsub>: foreign service-unavailable
  retract@node: missing bad-request+nodeid-required, empty bad-request+nodeid-required, long not-acceptable, nonsense item-not-found
  retract@notify: missing item-not-found, empty item-not-found, long item-not-found, nonsense item-not-found
  <retract>: missing bad-request, doubled bad-request, foreign bad-request
  item@id: missing bad-request+item-required, empty bad-request+item-required, long item-not-found, nonsense item-not-found
  <item>: missing bad-request+item-required, doubled bad-request, foreign bad-request+item-required

create
  <pubsub>: foreign service-unavailable
  create@node: long not-acceptable
  <create>: missing bad-request, doubled bad-request, foreign bad-request

create with settings
  <pubsub>: foreign service-unavailable
  <create>: missing bad-request, doubled bad-request, foreign bad-request
  x@type: missing bad-request, empty bad-request, long bad-request, nonsense bad-request
  <x>: doubled bad-request
  field@var: missing bad-request
  <field>: doubled bad-request
  value: empty bad-request, long bad-request, nonsense bad-request
  field2@var: missing bad-request
  <field2>: doubled bad-request
  value2: empty not-acceptable, long not-acceptable, nonsense not-acceptable
  <value2>: missing not-acceptable, doubled not-acceptable, foreign not-acceptable

subscribe
  <pubsub>: foreign service-unavailable
  subscribe@node: missing bad-request+nodeid-required, empty bad-request+nodeid-required, long not-acceptable, nonsense item-not-found
  subscribe@jid: missing bad-request+invalid-jid, empty bad-request+invalid-jid, long bad-request+invalid-jid, nonsense bad-request+invalid-jid
  <subscribe>: missing bad-request, doubled bad-request, foreign bad-request

unsubscribe
  <pubsub>: foreign service-unavailable
  unsubscribe@node: missing bad-request+nodeid-required, empty bad-request+nodeid-required, long not-acceptable, nonsense item-not-found
  unsubscribe@jid: missing bad-request+jid-required, empty bad-request+jid-required, long bad-request+invalid-jid, nonsense bad-request+invalid-jid
  unsubscribe@subid: missing unexpected-request+not-subscribed, empty unexpected-request+not-subscribed, long unexpected-request+not-subscribed, nonsense unexpected-request+not-subscribed
  <unsubscribe>: missing bad-request, doubled bad-request, foreign bad-request

items
  <pubsub>: foreign service-unavailable
  items@node: missing bad-request+nodeid-required, empty bad-request+nodeid-required, long not-acceptable, nonsense item-not-found
  <items>: missing bad-request, doubled bad-request, foreign bad-request
  max: empty bad-request, long bad-request, nonsense bad-request

a page of items
  <pubsub>: foreign service-unavailable
  items@node: missing bad-request+nodeid-required, empty bad-request+nodeid-required, long not-acceptable, nonsense item-not-found
  <items>: missing bad-request, doubled bad-request, foreign bad-request
  max: empty bad-request, long bad-request, nonsense bad-request
  before: long item-not-found, nonsense item-not-found
  index: empty bad-request, long bad-request, nonsense bad-request

subscriptions
  <pubsub>: foreign service-unavailable
  subscriptions@node: empty item-not-found, long not-acceptable, nonsense item-not-found
  <subscriptions>: missing bad-request, doubled bad-request, foreign bad-request

affiliations
  <pubsub>: foreign service-unavailable
  affiliations@node: empty item-not-found, long not-acceptable, nonsense item-not-found
  <affiliations>: missing bad-request, doubled bad-request, foreign bad-request

settings asked
  <pubsub>: foreign service-unavailable
  configure@node: missing bad-request+nodeid-required, empty bad-request+nodeid-required, long not-acceptable, nonsense item-not-found
  <configure>: missing bad-request, doubled bad-request, foreign bad-request

settings
  <pubsub>: foreign service-unavailable
  configure@node: missing bad-request+nodeid-required, empty bad-request+nodeid-required, long not-acceptable, nonsense item-not-found
  <configure>: missing bad-request, doubled bad-request, foreign bad-request
  x@type: missing bad-request, empty bad-request, long bad-request, nonsense bad-request
  <x>: missing bad-request, doubled bad-request, foreign bad-request
  field@var: missing bad-request
  <field>: doubled bad-request
  value: empty bad-request, long bad-request, nonsense bad-request
  field2@var: missing bad-request
  <field2>: doubled bad-request
  value2: long not-acceptable
  <value2>: doubled not-acceptable
  field3@var: missing bad-request
  <field3>: doubled bad-request
  value3: empty not-acceptable, long not-acceptable, nonsense not-acceptable
  <value3>: missing not-acceptable, doubled not-acceptable, foreign not-acceptable
  field4@var: missing bad-request
  <field4>: doubled bad-request
  value4: empty not-acceptable, long not-acceptable, nonsense not-acceptable
  <value4>: missing not-acceptable, doubled not-acceptable, foreign not-acceptable

purge
  <pubsub>: foreign service-unavailable
  purge@node: missing bad-request+nodeid-required, empty bad-request+nodeid-required, long not-acceptable, nonsense item-not-found
  <purge>: missing bad-request, doubled bad-request, foreign bad-request

delete
  <pubsub>: foreign service-unavailable
  delete@node: missing bad-request+nodeid-required, empty bad-request+nodeid-required, long not-acceptable, nonsense item-not-found
  <delete>: missing bad-request, doubled bad-request, foreign bad-request
  redirect@uri: missing bad-request, empty bad-request, long item-not-found, nonsense item-not-found
  <redirect>: missing item-not-found, doubled item-not-found, foreign item-not-found

subscribers
  <pubsub>: foreign service-unavailable
  subscriptions@node: missing bad-request+nodeid-required, empty bad-request+nodeid-required, long not-acceptable, nonsense item-not-found
  <subscriptions>: missing bad-request, doubled bad-request, foreign bad-request
  subscription@jid: missing bad-request+invalid-jid, empty bad-request+invalid-jid, long bad-request+invalid-jid, nonsense bad-request+invalid-jid
  subscription@subscription: empty not-acceptable, long not-acceptable, nonsense not-acceptable

affiliated
  <pubsub>: foreign service-unavailable
  affiliations@node: missing bad-request+nodeid-required, empty bad-request+nodeid-required, long not-acceptable, nonsense item-not-found
  <affiliations>: missing bad-request, doubled bad-request, foreign bad-request
  affiliation@jid: missing bad-request+invalid-jid, empty bad-request+invalid-jid, long bad-request+invalid-jid, nonsense bad-request+invalid-jid
  affiliation@affiliation: empty not-acceptable, long not-acceptable, nonsense not-acceptable
  <affiliation>: doubled bad-request

affiliations of a room
  <query>: foreign service-unavailable
  item@jid: missing item-not-found, empty jid-malformed, long jid-malformed, nonsense jid-malformed
  item@affiliation: missing bad-request, empty bad-request, long bad-request, nonsense bad-request
  item@nick: long jid-malformed
  <item>: missing bad-request, doubled conflict, foreign bad-request
  reason: long not-acceptable

role in a room
  <query>: foreign service-unavailable
  item@nick: missing bad-request, empty item-not-found, long item-not-found, nonsense item-not-found
  item@role: missing bad-request, empty bad-request, long bad-request, nonsense bad-request
  <item>: missing bad-request, foreign bad-request

members of a room
  <query>: foreign service-unavailable
  item@affiliation: missing bad-request, empty bad-request, long bad-request, nonsense bad-request
  <item>: missing bad-request, foreign bad-request

settings of a room
  <query>: foreign service-unavailable
  x@type: missing bad-request, empty bad-request, long bad-request, nonsense bad-request
  <x>: missing bad-request, foreign bad-request
  field@var: missing bad-request, empty not-acceptable, long not-acceptable, nonsense not-acceptable
  <field>: missing not-acceptable, doubled bad-request, foreign not-acceptable
  value: empty not-acceptable, long not-acceptable, nonsense not-acceptable
  <value>: missing not-acceptable, foreign not-acceptable
  field2@var: missing bad-request
  <field2>: doubled bad-request
  value2: long not-acceptable
  field3@var: missing bad-request
  <field3>: doubled bad-request
  value3: empty not-acceptable, long not-acceptable, nonsense not-acceptable

archive of a room
  <query>: foreign service-unavailable
  x@type: missing bad-request, empty bad-request, long bad-request, nonsense bad-request
  field@var: missing bad-request, empty bad-request, long bad-request, nonsense bad-request
  <field>: missing bad-request, doubled bad-request, foreign bad-request
  value: empty bad-request, long bad-request, nonsense bad-request
  <value>: missing bad-request, foreign bad-request
  field2@var: missing bad-request, empty feature-not-implemented, long feature-not-implemented, nonsense feature-not-implemented
  <field2>: doubled bad-request
  value2: empty bad-request, long bad-request, nonsense bad-request

moderation
  moderate@id: missing bad-request, empty item-not-found, long item-not-found, nonsense item-not-found
  <moderate>: foreign service-unavailable
  <retract>: missing bad-request, doubled item-not-found, foreign bad-request
  reason: empty item-not-found, long not-acceptable, nonsense item-not-found
  <reason>: missing item-not-found, doubled item-not-found, foreign item-not-found

rooms
  <query>: foreign service-unavailable
  max: empty bad-request, long bad-request, nonsense bad-request

password
  <query>: foreign service-unavailable
  username: empty bad-request, long not-allowed, nonsense not-allowed
  <username>: missing bad-request, doubled bad-request, foreign bad-request
  password: empty bad-request, long not-acceptable
  <password>: missing bad-request, doubled bad-request, foreign bad-request
`
