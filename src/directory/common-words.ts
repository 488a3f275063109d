/**
 * What people take for a password first, in small letters: words, names, clubs, cars, games, gods, seasons, and what keys lie beside each other.
 * With digits before or behind, with look-alikes (`p4ssw0rd`), or twice, they are the same to who guesses: `password-rules.ts` sees to that.
 */
const lines = `
password passwort passw passwd pass motdepasse contrasena senha parola haslo wachtwoord losenord salasana kodeord
parole sifre heslo jelszo geheim secret secreto segreto geheimnis admin administrator root toor guest user test testing
tester demo sample default login logon signin welcome willkommen bienvenue bienvenido benvenuto welkom hello hallo hola
bonjour ciao letmein openup opensesame sesame access enter changeme changeit change newpassword mypassword temp
temporary initial start startup begin first qwerty qwertz azerty qwertyuiop asdf asdfgh asdfghjkl zxcvbn zxcvbnm
yxcvbnm qazwsx wsxedc qweasd qweasdzxc qaz wsx edc poiuy lkjhg mnbvcxz abc abcd abcde abcdef abcdefg abcdefgh abcabc
aaaaaa iloveyou loveyou iloveu ilovegod iloveme love lover loveme lovely mylove amor amour liebe schatz schatzi
teamo teamomucho tequiero jetaime tiamo princess prinzessin princesa principessa prince queen king angel angels engel
babygirl babyboy baby babe honey sweetheart sweety sweet cutie darling sunshine sonnenschein sunny sonne rainbow
flower flowers blume butterfly schmetterling mariposa papillon farfalla heart herz corazon dragon drache monkey affe
tiger loewe lion lions bear bears wolf wolves eagle eagles falcon falcons hawk hawks panther panthers jaguar cheetah
leopard dolphin dolphins delphin shark horse pferd pony cat cats katze kitten kitty dog dogs doggy hund hunde puppy
rabbit bunny hase chicken turtle penguin panda koala snoopy garfield mickey minnie donald goofy pluto tigger bambi
simba nemo shrek pikachu pokemon digimon naruto sasuke goku dragonball onepiece luffy batman superman spiderman
ironman wolverine deadpool hulk thor loki captain america avengers marvel starwars skywalker yoda vader darthvader
jedi sith chewbacca hansolo kenobi startrek spock kirk picard enterprise gandalf frodo aragorn legolas gollum hobbit
mordor hogwarts harrypotter potter hermione dumbledore voldemort slytherin gryffindor matrix trinity morpheus neo
terminator rambo rocky jamesbond bond goldeneye casino royale titanic avatar zelda mario luigi sonic minecraft
fortnite roblox overwatch warcraft worldofwarcraft starcraft diablo counterstrike halflife halo doom quake tetris
pacman xbox playstation nintendo gameboy gamer gaming game games player playboy football fussball futbol soccer
calcio baseball basketball hockey tennis golf golfer rugby cricket boxing karate judo swimming runner running cycling
skate skater snowboard surfing surfer fishing hunter hunting arsenal chelsea liverpool manchester manunited mancity
everton tottenham celtic rangers barcelona barca realmadrid madrid atletico valencia sevilla juventus juve inter
milan acmilan napoli roma lazio bayern bayernmuenchen borussia dortmund schalke werder bremen hamburg stuttgart
ajax feyenoord psv benfica sporting porto boca river flamengo corinthians palmeiras santos cowboys steelers packers
patriots broncos raiders redskins giants jets dolphin vikings saints seahawks yankees redsox dodgers cubs cardinals
braves lakers celtics bulls jordan kobe lebron heat warriors spurs ronaldo messi neymar beckham zidane maradona pele
summer sommer winter spring fruehling autumn herbst verano invierno primavera ete hiver printemps estate inverno
january february march april may june july august september october november december januar februar maerz mai juni
juli oktober dezember monday tuesday wednesday thursday friday saturday sunday montag dienstag mittwoch donnerstag
freitag samstag sonntag lunes martes miercoles jueves viernes sabado domingo lundi mardi mercredi jeudi vendredi
samedi dimanche today tomorrow yesterday morning midnight weekend holiday holidays urlaub vacation christmas
weihnachten easter ostern halloween birthday geburtstag happy happyday freedom freiheit liberty libertad peace
frieden hope hoffnung faith trust trustno trustnoone believe dream dreams dreamer traum forever eternity infinity
destiny lucky luck chance fortune money geld dinero argent soldi cash rich million millionaire dollar euro bitcoin
crypto ethereum dogecoin business company firma office buero work working worker job boss chef chief manager
secretary sales service support helpdesk computer laptop notebook internet network server system windows microsoft
office365 outlook excel linux ubuntu debian apple macintosh iphone ipad android samsung galaxy google chrome
firefox facebook instagram twitter youtube linkedin whatsapp telegram snapchat tiktok amazon netflix spotify paypal
ebay yahoo hotmail gmail zoom skype teams slack oracle mysql postgres database cisco router switch wireless wifi
master mastermind slave killer hunter shadow ghost phantom demon devil satan hell heaven himmel paradise god jesus
jesuschrist christ christian church bible amen allah mohammed muhammad buddha krishna shiva ganesh maria mary
blessed blessing grace mercy glory savior king jehovah lucifer judas magic magick wizard witch merlin arthur
knight ninja samurai warrior soldier army navy marine marines sniper gunner pistol rifle weapon bullet rocket
missile fighter pilot falcon police polizei sheriff fireman doctor nurse lawyer teacher student school schule
college university harvard stanford oxford cambridge science physics chemistry biology history mathe music musik
musica guitar gitarre piano violin drums drummer singer song metal metallica slayer megadeth ironmaiden acdc
nirvana pearljam pinkfloyd ledzeppelin queen beatles rollingstones stones elvis madonna michael jackson eminem
tupac snoopdogg rihanna beyonce shakira britney justin bieber onedirection bts blackpink green greenday linkinpark
slipknot korn ramones clash sexpistols bobmarley marley reggae rock rocknroll rockstar punk techno trance house
hiphop rapper dance dancer danger ranger stranger hunter2 correcthorse correcthorsebatterystaple batterystaple
porsche ferrari lamborghini maserati bugatti mercedes benz bmw audi volkswagen golf gti opel ford mustang camaro
corvette chevrolet chevy dodge viper charger challenger jeep toyota honda civic nissan skyline mazda subaru
mitsubishi suzuki yamaha kawasaki ducati harley harleydavidson ferrari volvo saab peugeot renault citroen fiat
tesla truck trucker biker racing racer speed turbo nitro diesel engine motor cheese pizza burger chicken bacon
chocolate schokolade cookie cookies candy sugar honey banana apple orange lemon cherry strawberry pineapple mango
peach melon coconut coffee kaffee espresso tea whisky whiskey vodka tequila rum beer bier wein wine champagne
guinness heineken budweiser corona cocacola pepsi pepper ginger cinnamon vanilla butter peanut pumpkin potato tomato
red blue green black white yellow purple pink silver gold golden diamond crystal ruby sapphire emerald pearl amber
jade rot blau gruen schwarz weiss gelb rouge bleu vert noir blanc rosso verde nero bianco rojo azul negro blanco
blackcat blackie whitey redhead blondie blonde brunette bluesky blueeyes greeneyes brownie snowball snowman snowflake
ice iceman fire feuer water wasser earth wind storm thunder lightning blitz river ocean beach strand mountain berg
forest wald garden garten island insel desert moon mond stars star stern starlight space galaxy universe planet mars
venus jupiter saturn neptune apollo zeus athena hercules achilles odin phoenix pegasus orion sirius nova comet
london paris berlin hamburg muenchen munich koeln frankfurt wien vienna zuerich bern roma milano torino napoli
venezia firenze madrid lisboa porto amsterdam rotterdam brussels antwerp copenhagen stockholm oslo helsinki warsaw
warszawa krakow prague praha budapest bucharest sofia athens istanbul ankara moscow moskau kiev dublin edinburgh
glasgow manchester newyork boston chicago dallas houston miami atlanta denver seattle losangeles sanfrancisco
lasvegas vegas california texas florida arizona hawaii alaska toronto montreal vancouver sydney melbourne tokyo
osaka kyoto beijing shanghai hongkong singapore bangkok mumbai delhi dubai cairo johannesburg nairobi brazil brasil
argentina mexico espana spain france frankreich italia italy deutschland germany austria oesterreich schweiz
switzerland england britain scotland ireland poland polska russia ukraine turkey turkiye greece sweden norway denmark
finland holland nederland belgium canada usa american australia india pakistan china japan korea vietnam thailand
africa europe asia alexander alex alexandra alexis alejandro andrea andreas andrew andre angela anna anne annika
anthony antonio ashley barbara ben benjamin bernard bernd brandon brian bruno carlos carmen carolina caroline charles
charlie charlotte chris christian christina christine christopher claudia claire daniel daniela danielle david
deborah dennis diana diego dominik donna edward elena elizabeth emily emma eric erik eva felix fernando florian
francesca francesco francisco frank franz gabriel gabriela george georg gerhard gloria gregory hannah hans harry
heather heidi helen helmut henry ines isabel isabella jack jacob jakob james jamie jan jana jason javier jennifer
jens jessica jessie joan john johnny jonas jonathan jordan jorge jose joseph joshua juan julia julian julie jürgen
karen karin karl katharina katie katrin kevin kim klaus lars laura lauren leon leonardo linda lisa lorenzo louis
lucas luca lucia luis luisa lukas manuel manuela marco marcus margaret maria marie marina mario mark markus martin
martina martha matteo matthew matthias max maximilian megan melanie melissa michael michaela michelle miguel
mohamed monica monika nadine natalie natasha nathan nicholas nicole nicolas nikita nina norbert olivia oliver oscar
pablo pamela patricia patrick paul paula pedro peter petra philip philipp pierre rachel ralf ramon raquel rebecca
renate ricardo richard robert roberto robin roland ronald rosa ruben russell ruth ryan sabine sabrina samantha
samuel sandra sara sarah sebastian sergio silvia simon simone sofia sophia sophie stefan stefanie stephanie stephen
steven susan susanne sven sylvia tanja teresa theresa thomas tim timothy tina tobias tom tommy tony ursula valentina
vanessa vera veronica veronika victor victoria vincent walter werner wilhelm william wolfgang yvonne zachary
smith johnson williams brown jones garcia miller davis rodriguez martinez hernandez lopez gonzalez wilson anderson
mueller schmidt schneider fischer weber meyer wagner becker schulz hoffmann schaefer koch bauer richter klein
rossi russo ferrari esposito bianchi romano silva santos oliveira souza dupont durand bernard dubois moreau laurent
sexy sex porn porno fuck fuckyou fuckme fuckoff shit bitch asshole bastard pussy dick cock penis boobs nipples
whore slut arschloch scheisse ficken fotze hurensohn puta mierda merde putain cazzo stronzo kurwa blyat perkele
whatever nothing nichts nada something anything everything nobody somebody anybody forgot forget forgotten remember
dontknow idontknow idk asdfasdf qwerqwer qwe asd zxc foobar foo bar baz blah blahblah lol lmao rofl omg wtf haha
hahaha hihi hehe yes no maybe okay please thankyou thanks danke merci gracias grazie sorry goodbye byebye aloha
cool coolio awesome super perfect best better great good bad badboy badgirl goodboy goodgirl crazy stupid idiot
dummy silly funny joker clown smile smiley laugh happiness family familie familia famille mother mutter mama mommy
mum father vater papa daddy dad brother bruder sister schwester son daughter wife husband friend friends freund
freunde bestfriend bff amigo amigos team group forever21 home house haus casa maison kitchen bedroom window door
key keys schluessel lock locked unlock safe safety secure security sicherheit private privat confidential topsecret
topgun maverick iceman goose mission impossible bigdaddy bigboss bigboy bigman bigdog biggie littleone smallville
simpsons homer bart lisa marge southpark cartman kenny familyguy futurama bender scooby scoobydoo popeye tarzan
zorro sherlock holmes watson dracula vampire twilight edward bella werewolf zombie monster creature alien aliens
predator godzilla kingkong jurassic dinosaur raptor spartan spartans trojan trojans gladiator maximus caesar
cleopatra napoleon einstein newton darwin galileo tesla edison mozart beethoven bach picasso vangogh leonardo
`

export const commonWords: ReadonlySet<string> = new Set(lines.split(/\s+/).filter(Boolean))
