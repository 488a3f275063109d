import { conform } from './conform.ts'

const document = 'XEP-0363 (1.2.0)'
const NS = 'urn:xmpp:http:upload:0'

function request(attrs: string, inside = ''): string {
  return `<request xmlns='${NS}' ${attrs}>${inside}</request>`
}

/** Asks for a slot, whose addresses are `{put}` and `{get}` from then on. */
function slot(attrs: string, inside = ''): string {
  return `
      ann gets upload.{domain}: ${request(attrs, inside)}
      ann is given <slot xmlns='${NS}'><put url='{=put}'/><get url='{=get}'/></slot>`
}

/** Says the address, so that others may fetch what is there. */
const shared = `
      ann > <message to='{bo}' type='chat'><body>{get}</body></message>
      bo < <message><body>{get}</body></message>`

const hello = `
      there: ann, bo
      ${slot(`filename='hello.txt' size='5' content-type='text/plain'`)}
      PUT {put} content-type=text/plain: hello
      status 201`

conform(document, 'uploading', [
  {
    at: '7',
    says: 'A HTTP status Code of 201 means that the server is now ready to serve the file via the provided GET URL.',
    script: `${hello}
      GET {get}
      status 200
      body hello`,
  },
  {
    at: '7',
    says: 'The upload service MUST reject the file upload if the Content-Length does not match the size of the slot request.',
    script: `
      there: ann
      ${slot(`filename='hello.txt' size='5'`)}
      PUT {put}: hell
      status 400
      PUT {put}: hello_
      status 400
      GET {get}
      status 404
      PUT {put}: hello
      status 201
    `,
  },
  {
    at: '7',
    says: 'The service SHOULD reject the file if the Content-Type has been specified beforehand and does not match.',
    script: `
      there: ann
      ${slot(`filename='hello.txt' size='5' content-type='text/plain'`)}
      PUT {put} content-type=image/png: hello
      status 415
      GET {get}
      status 404
    `,
  },
  {
    at: '7',
    says: 'The service MAY assume application/octet-stream as a Content-Type if it the client did not specify a Content-Type at all.',
    script: `
      there: ann
      ${slot(`filename='hello.bin' size='5'`)}
      PUT {put} content-type=application/octet-stream: hello
      status 201
    `,
  },
  {
    at: '7',
    says: 'If the upload fails for whatever reasons the client MAY request a new slot.',
    that: 'a slot takes one file',
    script: `${hello}
      PUT {put} content-type=text/plain: jelly
      status 404
      GET {get}
      body hello`,
  },
  {
    at: '8',
    says: 'the upload service SHOULD set appropriate CORS-Headers',
    script: `
      there: ann
      ${slot(`filename='hello.txt' size='5'`)}
      OPTIONS {put} origin=https://web.example access-control-request-method=PUT
      status 204
      header access-control-allow-origin *
      header access-control-allow-methods {any}PUT
      PUT {put} origin=https://web.example: hello
      status 201
      header access-control-allow-origin *
      GET {get} origin=https://web.example
      header access-control-allow-origin *
    `,
  },
  {
    at: '7',
    says: 'The actual upload of the file happens via HTTP-PUT',
    that: 'at an address that was never given, or by another method',
    script: `
      there: ann
      PUT /upload/AAAAAAAAAAAAAAAAAAAAAA/hello.txt: hello
      status 404
      ${slot(`filename='hello.txt' size='5'`)}
      GET {put}
      status 404
      PUT {get}: hello
      status 404
    `,
  },
])

conform(document, 'fetching', [
  {
    at: '2',
    says: 'Anyone who knows the URL SHOULD be able to access it.',
    that: 'after the message that names it',
    script: `${hello}
      ${shared}
      GET {get}
      status 200
      body hello
      header content-length 5
      header content-type text/plain{any}`,
  },
  {
    at: '9.1',
    says: 'It is recommended to run the HTTP upload domain used for GET requests in appropriate isolation from other HTTP based services […] setting the Content-Security-Policy',
    script: `${hello}
      GET {get}
      header content-security-policy default-src 'none'; frame-ancestors 'none'; sandbox
      header x-content-type-options nosniff
      header content-disposition inline; filename="hello.txt"{any}`,
  },
  {
    at: '9.1',
    says: 'to avoid user-generated, malicious scripts to be executed in the context of said services',
    that: 'what could run is no more than text',
    script: `
      there: ann
      ${slot(`filename='evil.html' size='25' content-type='text/html'`)}
      PUT {put} content-type=text/html: <script>alert(1)</script>
      status 201
      GET {get}
      status 200
      header content-type text/plain{any}
      header x-content-type-options nosniff
    `,
  },
  {
    at: '9.3.2 of RFC 9110',
    says: 'The HEAD method is identical to GET except that the server MUST NOT send content in the response.',
    script: `${hello}
      HEAD {get}
      status 200
      header content-length 5
      body `,
  },
  {
    at: '14.2 of RFC 9110',
    says: 'The "Range" header field on a GET request modifies the method semantics to request transfer of only one or more subranges',
    script: `${hello}
      GET {get}
      header accept-ranges bytes
      GET {get} range=bytes=1-3
      status 206
      header content-range bytes 1-3/5
      body ell
      GET {get} range=bytes=-2
      status 206
      body lo
      GET {get} range=bytes=9-
      status 416
      header content-range bytes */5`,
  },
  {
    at: '13.1.5 of RFC 9110',
    says: 'If-Range',
    that: 'another version is sent whole',
    script: `${hello}
      GET {get}
      header etag {=tag}
      GET {get} range=bytes=1-3 if-range={tag}
      status 206
      GET {get} range=bytes=1-3 if-range="other"
      status 200
      body hello`,
  },
  {
    at: '6 of RFC 6266',
    says: 'filename*',
    that: 'a name that is not ASCII',
    script: `
      there: ann
      ${slot(`filename='très cool.txt' size='5'`)}
      PUT {put}: hello
      status 201
      GET {get}
      header content-disposition inline; filename="tr_s cool.txt"; filename*=UTF-8''tr%C3%A8s%20cool.txt
    `,
  },
  {
    at: '2',
    says: 'Anyone who knows the URL SHOULD be able to access it.',
    that: 'what is taken back is gone',
    script: `${hello}
      ann > <message to='{bo}' type='chat' id='m1'><body>{get}</body><origin-id xmlns='urn:xmpp:sid:0' id='m1'/></message>
      bo < <message><body>{get}</body></message>
      ann > <message to='{bo}' type='chat' id='m2'><retract xmlns='urn:xmpp:message-retract:1' id='m1'/><body>gone</body></message>
      bo < <message><retract xmlns='urn:xmpp:message-retract:1'/></message>
      GET {get}
      status 410`,
  },
])
