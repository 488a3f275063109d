#!/usr/bin/env python3
"""A second verifier of evidence bundles, as docs/reference/bundle.md says it, with nothing but Python's own library.

It is no product: it is held against verifier/ over the table of bundles, so that what the specification says is what both do. It checks
no ML-DSA-44 signatures and no RFC 3161 time stamps. Exit status: 0 complete, 1 broken, 2 sound but incomplete.
"""

import base64
import hashlib
import json
import re
import struct
import sys

SCHEMA = 'onrecord-bundle/1'
ITEM = 120


class Broken(Exception):
    def __init__(self, code, what=''):
        super().__init__(f'{code}: {what}')
        self.code = code


def need(condition, code, what=''):
    if not condition:
        raise Broken(code, what)


def sha(*pieces):
    digest = hashlib.sha256()
    for piece in pieces:
        digest.update(piece)
    return digest.digest()


# Ed25519, RFC 8032 section 5.1.7, slowly.

P = 2**255 - 19
L = 2**252 + 27742317777372353535851937790883648493
D = -121665 * pow(121666, P - 2, P) % P
ROOT = pow(2, (P - 1) // 4, P)


def recover_x(y, sign):
    if y >= P:
        return None
    x2 = (y * y - 1) * pow(D * y * y + 1, P - 2, P) % P
    if x2 == 0:
        return None if sign else 0
    x = pow(x2, (P + 3) // 8, P)
    if (x * x - x2) % P:
        x = x * ROOT % P
    if (x * x - x2) % P:
        return None
    return P - x if (x & 1) != sign else x


def add(p, q):
    a = (p[1] - p[0]) * (q[1] - q[0]) % P
    b = (p[1] + p[0]) * (q[1] + q[0]) % P
    c = 2 * p[3] * q[3] * D % P
    d = 2 * p[2] * q[2] % P
    e, f, g, h = b - a, d - c, d + c, b + a
    return (e * f % P, g * h % P, f * g % P, e * h % P)


def times(scalar, point):
    result = (0, 1, 1, 0)
    while scalar:
        if scalar & 1:
            result = add(result, point)
        point = add(point, point)
        scalar >>= 1
    return result


def point_of(raw):
    y = int.from_bytes(raw, 'little')
    sign, y = y >> 255, y & (2**255 - 1)
    x = recover_x(y, sign)
    return None if x is None else (x, y, 1, x * y % P)


BASE = point_of(bytes([0x58]) + bytes([0x66]) * 31)


def ed25519(key, message, signature):
    point, r = point_of(key), point_of(signature[:32])
    s = int.from_bytes(signature[32:], 'little')
    if len(signature) != 64 or point is None or r is None or s >= L:
        return False
    k = int.from_bytes(hashlib.sha512(signature[:32] + key + message).digest(), 'little') % L
    left, right = times(s, BASE), add(r, times(k, point))
    return (left[0] * right[2] - right[0] * left[2]) % P == 0 and (left[1] * right[2] - right[1] * left[2]) % P == 0


# Forms.


def unbase64(text):
    if not isinstance(text, str) or not re.fullmatch(r'[A-Za-z0-9+/]*={0,2}', text) or len(text) % 4:
        return None
    raw = base64.b64decode(text)
    return raw if base64.b64encode(raw).decode() == text else None


def hash64(text):
    raw = unbase64(text)
    return raw if raw is not None and len(raw) == 32 else None


def compact(value):
    return json.dumps(value, ensure_ascii=False, separators=(',', ':'))


def strict_json(text):
    """JSON in the one way in which the lines of a bundle are written; None for any other."""
    try:
        value = json.loads(text)
        return value if compact(value) == text else None
    except (ValueError, RecursionError):
        return None


def is_count(value):
    return isinstance(value, int) and not isinstance(value, bool) and 0 <= value < 2**53


def has(value, *names, maybe=()):
    return isinstance(value, dict) and set(names) <= set(value) <= set(names) | set(maybe)


# Step 1: the zip.

U16, U32, U64 = (lambda fmt: lambda raw, at: struct.unpack_from(fmt, raw, at)[0])('<H'), *(
    (lambda fmt: lambda raw, at: struct.unpack_from(fmt, raw, at)[0])(fmt) for fmt in ('<I', '<Q')
)


def read_zip(raw):
    need(len(raw) >= 22 and raw[-22:-18] == b'PK\5\6', 'zip.none')
    tail = raw[-22:]
    need(tail[20:] == b'\0\0' and tail[4:8] == b'\0' * 4 and U16(tail, 8) == U16(tail, 10), 'zip.layout')
    count, length, start = U16(tail, 10), U32(tail, 12), U32(tail, 16)
    need(count != 0xFFFF and length != 0xFFFFFFFF, 'zip.layout', 'zip64 is not read here')
    need(start + length == len(raw) - 22, 'zip.layout')
    members, at, following = {}, start, 0
    for _ in range(count):
        need(at + 46 <= len(raw) - 22 and raw[at : at + 4] == b'PK\1\2', 'zip.layout')
        flags, method, crc, packed, size = U16(raw, at + 8), U16(raw, at + 10), raw[at + 16 : at + 20], U32(raw, at + 20), U32(raw, at + 24)
        names, extra, comment = U16(raw, at + 28), U16(raw, at + 30), U16(raw, at + 32)
        try:
            name = raw[at + 46 : at + 46 + names].decode()
        except UnicodeDecodeError:
            raise Broken('zip.layout') from None
        need(method == 0, 'zip.layout', name)
        need(flags & ~0x808 == 0 and comment == 0 and U16(raw, at + 34) == 0, 'zip.layout', name)
        need(U32(raw, at + 38) >> 28 in (0, 8), 'zip.layout', name)
        need(extra == 0, 'zip.layout', name)
        need(packed == size, 'zip.layout', name)
        offset = U32(raw, at + 42)
        at += 46 + names + extra + comment
        need(name not in members, 'zip.layout', name)
        need(offset == following, 'zip.layout', name)
        need(offset + 30 <= start, 'zip.layout', name)
        local = raw[offset : offset + 30]
        data = offset + 30 + U16(local, 26)
        is_same = local[:4] == b'PK\3\4' and raw[offset + 30 : data] == name.encode() and U16(local, 8) == 0
        need(is_same and U16(local, 28) == 0 and U16(local, 6) & 8 == flags & 8, 'zip.layout', name)
        following = data + size + (16 if flags & 8 else 0)
        need(following <= start, 'zip.layout', name)
        if flags & 8:
            after = raw[data + size : following]
            right = local[14:26] == b'\0' * 12 and after[:8] == b'PK\7\x08' + crc and U32(after, 8) == U32(after, 12) == size
        else:
            right = local[14:18] == crc and U32(local, 18) == U32(local, 22) == size
        need(right, 'zip.layout', name)
        members[name] = raw[data : data + size]
    need(at == len(raw) - 22 and following == start, 'zip.layout')
    return members


# Step 1: the manifest.

ALWAYS = ['records.jsonl', 'acts.jsonl', 'identities.jsonl', 'members.jsonl', 'excluded.jsonl', 'heads.jsonl', 'losses.jsonl', 'log/checkpoint', 'log/entries.bin']
SOMETIMES = r'policy\.txt|log/(?:before|after)/(?:0|[1-9][0-9]{0,15})|files/[0-9a-f]{64}|tst/(?:0|[1-9][0-9]{0,15})\.tsr|manifest\.(?:json|note)'
TILE = r'log/tile/(0|[1-9][0-9]?)/((?:x[0-9]{3}/)*[0-9]{3})(?:\.p/([1-9][0-9]{0,2}))?'


def tile_of(name):
    match = re.fullmatch(TILE, name)
    if not match or match[2].startswith('x000/'):
        return None
    return int(match[1]), int(re.sub('[^0-9]', '', match[2])), int(match[3] or 256)


FIELDS = ['schema', 'origin', 'export', 'scope', 'ranges', 'checkpoint', 'counts', 'software', 'files']


def read_manifest(files):
    for name in files:
        need(name in ALWAYS or re.fullmatch(SOMETIMES, name) or tile_of(name), 'file.unknown', name)
    need('manifest.json' in files and 'manifest.note' in files, 'file.missing')
    raw = files['manifest.json']
    note = parse_note(files['manifest.note'])
    need(note[0] == f'{SCHEMA}\n{sha(raw).hex()}\n', 'manifest.changed')
    try:
        text = raw.decode()
        manifest = json.loads(text)
    except ValueError:
        raise Broken('manifest.form') from None
    need(isinstance(manifest, dict) and manifest.get('schema') == SCHEMA and list(manifest) == FIELDS, 'manifest.form')
    lines = ''.join(f'  "{name}": {compact(manifest[name])},\n' for name in FIELDS[:-1])
    listed = ',\n'.join(f'    {compact(one)}' for one in manifest['files'])
    need(f'{{\n{lines}  "files": [\n{listed}\n  ]\n}}\n' == text, 'manifest.form')
    size, end = manifest['checkpoint']['size'], 0
    for one in manifest['ranges']:
        need(has(one, 'from', 'to') and end <= one['from'] < one['to'] <= size, 'manifest.ranges')
        end = one['to']
    paths = [one['path'] for one in manifest['files']]
    need(paths == sorted(set(paths)), 'manifest.files')
    for name in paths + ALWAYS:
        need(name in files and name in paths, 'file.missing', name)
    need(set(files) - set(paths) <= {'manifest.json', 'manifest.note'}, 'file.unlisted')
    for one in manifest['files']:
        need(len(files[one['path']]) == one['bytes'] and sha(files[one['path']]).hex() == one['sha256'], 'file.changed', one['path'])
    return manifest, note


# Step 2: notes, keys, policies.


def parse_note(raw):
    try:
        text = raw.decode()
    except UnicodeDecodeError:
        raise Broken('note.form') from None
    need(not re.search('[\0-\t\x0b-\x1f]', text) and text.endswith('\n') and '\n\n' in text, 'note.form')
    at = text.rindex('\n\n')
    signatures = []
    for line in text[at + 2 : -1].split('\n'):
        match = re.fullmatch('\u2014 ([^\\s+]+) (\\S+)', line)
        decoded = unbase64(match[2]) if match else None
        need(decoded is not None and len(decoded) >= 5, 'note.form', line)
        signatures.append((match[1], decoded[:4].hex(), decoded[4:]))
    return text[: at + 1], signatures


def parse_key(text):
    match = re.fullmatch(r'([^\s+]+)\+([0-9a-f]{8})\+(\S+)', str(text))
    raw = unbase64(match[3]) if match else None
    if not raw or sha(match[1].encode() + b'\n' + raw)[:4].hex() != match[2]:
        return None
    return match[1], match[2], raw[0], raw[1:]


def follow_keys(acts, policy):
    """The log's keys that follow from those that the policy knows: after them, and before them."""
    logs, past, changes = list(policy[0]), [], []
    for act in acts:
        said = strict_json(text_of(act, 1) or '') or {}
        try:
            old, new = ([parse_key(text) for text in said[which]] for which in ('old', 'new'))
            lines = ['onrecord signing keys 1', said['origin'], *said['old'], *said['new'], said['heads']['count'], said['heads']['sha256']]
            signatures = {which: [unbase64(text) for text in said['signatures'][which]] for which in ('old', 'new')}
            need(None not in old + new and {key[0] for key in old + new} == {said['origin']}, 'keys.form')
        except (KeyError, TypeError):
            raise Broken('keys.form') from None
        changes.append((old, new, ''.join(f'{line}\n' for line in lines).encode(), signatures))

    def is_signed(keys, pair, statement, signatures):
        found = False
        for key, signature in zip(pair, signatures):
            if key in keys and key[2] == 1:
                need(ed25519(key[3], statement, signature), 'keys.unsigned')
                found = True
        return found

    for old, new, statement, signatures in changes:
        if is_signed(logs, old, statement, signatures['old']):
            logs += [key for key in new if key not in logs]
    for old, new, statement, signatures in reversed(changes):
        if is_signed(logs + past, new, statement, signatures['new']):
            past += [key for key in old if key not in logs + past]
    return logs, past


def parse_checkpoint(text):
    lines = text.split('\n')
    need(len(lines) == 4 and lines[0] and lines[3] == '' and re.fullmatch('0|[1-9][0-9]{0,15}', lines[1]) and hash64(lines[2]), 'checkpoint.form')
    return lines[0], int(lines[1]), hash64(lines[2])


def signed_by(key, note):
    """When, or True, where the key has signed; False where it has not; None where this program cannot tell. A bad signature ends it all."""
    name, key_id, kind, raw = key
    found = False
    for other, other_id, signature in note[1]:
        if (other, other_id) != (name, key_id):
            continue
        if kind == 6:
            return None
        if kind == 1:
            need(ed25519(raw, note[0].encode(), signature), 'signature.bad')
            found = True
        else:
            at = int.from_bytes(signature[:8], 'big')
            need(ed25519(raw, f'cosignature/v1\ntime {at}\n{note[0]}'.encode(), signature[8:]), 'signature.bad')
            found = at
    return found


def parse_policy(text):
    logs, witnesses, groups, quorum = [], {}, {}, 'none'
    for line in text.split('\n'):
        words = line.split()
        if not words or words[0].startswith('#'):
            continue
        if len(words) == 1:
            words = ['log', *words]
        if words[0] == 'log':
            logs.append(parse_key(words[1]))
        elif words[0] == 'witness':
            witnesses[words[1]] = parse_key(words[2])
        elif words[0] == 'group':
            members = words[3:]
            groups[words[1]] = ({'all': len(members), 'any': 1}.get(words[2]) or int(words[2]), members)
        else:
            quorum = words[1]
    return logs, witnesses, groups, quorum


def check_head(raw, policy):
    logs, witnesses, groups, quorum = policy
    note = parse_note(raw)
    origin, size, root = parse_checkpoint(note[0])
    keys = [key for key in logs if key[0] == origin]
    need(keys, 'checkpoint.origin')
    states = [signed_by(key, note) for key in keys]
    need(any(state is not False for state in states), 'checkpoint.unsigned')
    seen = {name: at for name, at in ((name, signed_by(key, note)) for name, key in witnesses.items()) if at}

    def enough(name):
        if name in witnesses:
            return name in seen
        return sum(map(enough, groups[name][1])) >= groups[name][0]

    is_witnessed = quorum != 'none' and enough(quorum)
    return {'origin': origin, 'size': size, 'root': root, 'witnessed': is_witnessed, 'times': list(seen.values()) if is_witnessed else []}


# Step 3: the tree.


def node(left, right):
    return sha(b'\1', left, right)


def perfect(hashes):
    while len(hashes) > 1:
        hashes = [node(hashes[i], hashes[i + 1]) for i in range(0, len(hashes), 2)]
    return hashes[0]


def joined(subtrees):
    root = None
    for left in reversed(subtrees):
        root = left if root is None else node(left, root)
    return sha() if root is None else root


def subtrees_of(hashes):
    """The roots of the perfect subtrees of a list of hashes, the largest first."""
    found, at = [], 0
    for bit in reversed(range(len(hashes).bit_length())):
        if len(hashes) >> bit & 1:
            found.append(perfect(hashes[at : at + (1 << bit)]))
            at += 1 << bit
    return found


class Tiles:
    def __init__(self, files, size, root):
        self.tiles = {}
        for name in files:
            if name.startswith('log/tile/'):
                level, index, width = tile_of(name)
                need(width == min(256, size // 256**level - index * 256), 'tile.name', name)
                need(len(files[name]) == width * 32, 'tile.length', name)
                self.tiles[level, index] = [files[name][i : i + 32] for i in range(0, width * 32, 32)]
        found = self.root_at(size)
        need(found is not None, 'tile.missing')
        need(found == root, 'tree.root')
        for (level, index), hashes in sorted(self.tiles.items(), reverse=True):
            if len(hashes) == 256:
                above = self.tiles.get((level + 1, index // 256), [])
                need(index % 256 < len(above), 'tile.orphan')
                need(above[index % 256] == perfect(hashes), 'tile.hash')

    def root_at(self, size):
        subtrees, level = [], 0
        while size // 256**level:
            length = size // 256**level
            if length % 256:
                hashes = self.tiles.get((level, length // 256), [])
                if len(hashes) < length % 256:
                    return None
                subtrees = subtrees_of(hashes[: length % 256]) + subtrees
            level += 1
        return joined(subtrees)

    def leaf(self, index):
        hashes = self.tiles.get((0, index // 256), [])
        return hashes[index % 256] if index % 256 < len(hashes) else None


def is_included(leaf, index, size, root, path):
    if index >= size:
        return False
    last, current = size - 1, leaf
    for sibling in path:
        if last == 0:
            return False
        if index & 1 or index == last:
            current = node(sibling, current)
            while not index & 1 and index:
                index, last = index >> 1, last >> 1
        else:
            current = node(current, sibling)
        index, last = index >> 1, last >> 1
    return last == 0 and current == root


# Step 5: lines.


def lines_of(files, name):
    try:
        text = files[name].decode()
    except UnicodeDecodeError:
        raise Broken('line.form', name) from None
    need(text == '' or text.endswith('\n'), 'line.form', name)
    return text.split('\n')[:-1]


def is_no_text(raw):
    try:
        return raw is not None and raw.decode() is None
    except UnicodeDecodeError:
        return True


def parse_line(text):
    value = strict_json(text)
    need(value is not None, 'line.form', text[:80])
    if has(value, 'index', 'body'):
        need(is_count(value['index']) and isinstance(value['body'], str), 'line.form')
        return value
    need(has(value, 'index', 'parts') and is_count(value['index']) and 0 < len(value['parts']) <= 16, 'line.form')
    last = -1
    for part in value['parts']:
        need(is_count(part.get('id')) and last < part['id'] <= 255, 'line.form')
        last = part['id']
        if has(part, 'id', 'c'):
            need(hash64(part['c']), 'line.form')
        else:
            need(has(part, 'id', 'salt', 'text') or has(part, 'id', 'salt', 'bytes'), 'line.form')
            need(hash64(part['salt']) and (isinstance(part.get('text'), str) or is_no_text(unbase64(part.get('bytes')))), 'line.form')
    return value


def check_line(value, entry):
    if 'body' in value:
        need(entry['type'] == 3 and sha(value['body'].encode()) == entry['body_hash'], 'record.changed')
        return
    root = bytes([0x12, len(value['parts'])])
    for part in value['parts']:
        if 'c' in part:
            commitment = hash64(part['c'])
        else:
            raw = part['text'].encode() if 'text' in part else unbase64(part['bytes'])
            commitment = sha(bytes([0x10, part['id']]), hash64(part['salt']), raw)
        root += bytes([part['id']]) + commitment
    need(entry['type'] != 3 and sha(root) == entry['parts_root'], 'record.changed')


def text_of(value, number):
    return next((part.get('text') for part in value.get('parts', []) if part['id'] == number), None)


def envelope_of(value):
    text = text_of(value, 0)
    if text is None:
        return None
    try:
        envelope = json.loads(text)
        need(envelope['v'] == 1 and is_count(envelope['conv_seq']) and is_count(envelope['t_server']), 'envelope.form')
    except (ValueError, KeyError, TypeError):
        raise Broken('envelope.form') from None
    return envelope


def persons_in(envelope):
    ids = [envelope['sender']] + [view[side] for view in envelope['views'] for side in ('owner', 'peer')]
    return {one for one in ids if one is not None}


def entry_of(raw):
    kind = raw[1]
    need(raw[0] == 1 and 1 <= kind <= 3 and raw[2:4] == b'\0\1' and raw[28:32] == b'\0' * 4, 'entry.form')
    need(kind != 3 or not any(raw[4:20] + raw[32:48] + raw[80:]), 'entry.form')
    bucket, handle, seq = struct.unpack('>I8sI', raw[4:20])
    return {'type': kind, 'bucket': bucket, 'handle': handle.hex(), 'seq': seq, 'body_hash': raw[48:80], 'parts_root': raw[80:]}


# Step 6: chains.

REASONS = ['other-conversation', 'not-of-person', 'withheld', 'destroyed', 'unreadable']


class Walk:
    """Follows the entries in log order, and remembers what is compared with what."""

    def __init__(self, manifest, tiles):
        self.scope, self.tiles = manifest['scope'], tiles
        self.handles, self.conversations, self.senders, self.wanted = {}, {}, {}, {}
        self.begins = 0 if manifest['ranges'][0]['from'] == 0 else None
        self.last_at = self.hidden = self.ours = self.opaque = 0
        self.excluded, self.persons, self.members, self.files, self.acts = {}, set(), set(), {}, {}

    def entry(self, index, entry, run, envelope):
        handle = self.handles.setdefault((entry['bucket'], entry['handle']), {'conv': None, 'next': self.begins, 'last': None, 'excluded': None})
        need(handle['next'] in (None, entry['seq']), 'seq.gap')
        handle['next'], handle['last'] = entry['seq'] + 1, index
        if envelope is not None:
            return
        reason = run and run['reason']
        self.hidden += 1
        self.ours += reason != 'other-conversation'
        self.opaque += reason not in ('other-conversation', 'not-of-person')
        if reason == 'other-conversation':
            handle['excluded'] = index

    def envelope(self, index, entry, env, leaf, in_range):
        scope, wanted = self.scope, self.scope['conversations']
        need(env['t_server'] >= self.last_at, 'time.backwards')
        self.last_at = env['t_server']
        if in_range:
            self.check_scope(env)
        handle = self.handles.setdefault((entry['bucket'], entry['handle']), {'conv': None, 'next': self.begins, 'last': None, 'excluded': None})
        need(handle['conv'] in (None, env['conv']), 'handle.conversation')
        handle['conv'] = env['conv']
        last = self.conversations.get(env['conv'], self.begun())
        handles = last['handles'] if last else {}
        need(handles.setdefault(entry['bucket'], entry['handle']) == entry['handle'], 'handle.two')
        need((env['conv_prev'] is None) == (env['conv_seq'] == 0), 'conv.prev')
        is_next = False
        if last:
            need(env['conv_seq'] > last['seq'], 'conv.order')
            is_asked = wanted is not None and env['conv'] in wanted
            between = self.ours - last['ours'] if is_asked else self.hidden - last['hidden']
            need(last['before'] or not in_range or env['conv_seq'] - last['seq'] - 1 <= between, 'conv.gap')
            is_next = env['conv_seq'] == last['seq'] + 1
            need(not is_next or env['conv_prev'] == last['leaf'], 'conv.prev')
        if env['conv_prev'] is not None and not is_next and in_range:
            is_asked = wanted is not None and env['conv'] in wanted
            self.wanted[env['conv_prev']] = (index, is_asked, bool(last) and not last['before'])
        self.conversations[env['conv']] = {'seq': env['conv_seq'], 'leaf': leaf.hex(), 'before': False, 'handles': handles, 'hidden': self.hidden, 'ours': self.ours}
        if env['sender'] is not None and in_range:
            self.check_sender(env)
        refs = env.get('refs')
        if refs is not None:
            there = self.tiles.leaf(refs['position']) if refs['position'] < index else None
            need(there is None or there.hex() == refs['leafHash'], 'refs')

    def begun(self):
        """Where the range begins with the log, every number begins with 0."""
        return None if self.begins is None else {'seq': -1, 'leaf': None, 'hidden': 0, 'ours': 0, 'opaque': 0, 'before': False, 'handles': {}}

    def check_scope(self, env):
        time, scope = self.scope['time'], self.scope
        if time:
            need((time['from'] or 0) <= env['t_server'] and (time['until'] is None or env['t_server'] < time['until']), 'scope.time')
        if re.match('(?:person|hold|disposal|erasure)[.]|(?:search|read|export|key[.]signing)$', env['kind']):
            return
        need(scope['conversations'] is None or env['conv'] in scope['conversations'], 'scope.conversation')
        need(scope['persons'] is None or persons_in(env) & set(scope['persons']), 'scope.person')

    def check_sender(self, env):
        last = self.senders.get(env['sender'], self.begun())
        if last:
            gap = env['sender_seq'] - last['seq'] - 1
            need(gap >= 0, 'sender.order')
            is_ours = self.scope['persons'] is not None and env['sender'] in self.scope['persons'] and self.scope['conversations'] is None
            between = self.opaque - last['opaque'] if is_ours else self.hidden - last['hidden']
            need(last['before'] or gap <= between, 'sender.gap')
        self.senders[env['sender']] = {'seq': env['sender_seq'], 'hidden': self.hidden, 'opaque': self.opaque, 'before': False}

    def check_ends(self):
        """What the act of export counted is shown to its end, or excluded as nobody else's."""
        if not self.ends:
            return
        for one in self.ends['conversations']:
            last = self.conversations.get(one['id'], self.begun())
            if last and not last['before']:
                need(one['next'] - 1 - last['seq'] <= self.ours - last['ours'], 'conv.gap')
        for one in self.ends['persons']:
            last = self.senders.get(one['id'], self.begun())
            which = 'opaque' if self.scope['conversations'] is None else 'hidden'
            if last and not last['before']:
                need(one['next'] - 1 - last['seq'] <= getattr(self, which) - last[which], 'sender.gap')

    def begin_range(self):
        for handle in self.handles.values():
            handle['next'] = None
        for one in [*self.conversations.values(), *self.senders.values()]:
            one['before'] = True


def check_reason(run, scope):
    allowed = {
        'other-conversation': scope['conversations'] is not None,
        'not-of-person': scope['persons'] is not None,
        'withheld': any(one['from'] <= run['from'] and run['to'] <= one['to'] and one['reason'] == run.get('note') for one in scope['withhold']),
    }
    need(allowed.get(run['reason'], True), 'exclusion.reason')


def check_export(manifest, note, acts):
    record = acts.get(manifest['export']['act'])
    envelope = record and envelope_of(record)
    need(envelope and envelope['kind'] == 'export', 'export.missing')
    said = strict_json(text_of(record, 1) or '') or {}
    export = manifest['export']
    need(all(said.get(name) == export[name] for name in ('id', 'by', 'purpose', 'matter')), 'export.other')
    need(envelope['t_server'] == export['at'] and envelope['sender'] == export['by'] and said.get('scope') == manifest['scope'], 'export.other')
    key = parse_key(said.get('key'))
    need(key is not None, 'export.key')
    need(signed_by(key, note), 'manifest.unsigned')
    positions = manifest['scope']['positions'] or {'from': 0, 'to': record['index']}
    # Acts of before do not say where the time that was asked for lies.
    timed = said.get('range') or {'from': 0, 'to': None}
    untold = manifest['scope']['time'] is not None and not said.get('range')
    ranges = manifest['ranges']
    need(len(ranges) == 1 and ranges[0]['to'] <= record['index'], 'scope.range')
    end = record['index'] if timed['to'] is None else min(timed['to'], record['index'])
    whole = {'from': max(positions['from'], timed['from']), 'to': min(positions['to'], end)}
    need(untold or ranges[0] == whole, 'scope.range')
    return said.get('ends') if ranges[0]['to'] == record['index'] else None


class InTurn:
    """Lines that ascend, each at the turn of its entry."""

    def __init__(self, values, field):
        self.values, self.field, self.last = values, field, -1

    def at(self, index):
        if not self.values:
            return None
        place = self.values[0][self.field]
        need(place > self.last, 'line.order')
        need(place >= index, 'line.unknown')
        if place > index:
            return None
        self.last = place
        return self.values.pop(0)


def verify(files, policy_text, heads, skew=300_000):
    policy, incomplete = parse_policy(policy_text), []
    manifest, note = read_manifest(files)
    acts = [parse_line(line) for line in lines_of(files, 'acts.jsonl')]
    changes = [act for act in acts if 'parts' in act and (envelope_of(act) or {}).get('kind') == 'key.signing']
    logs, past = follow_keys(changes, policy)
    policy = (logs, *policy[1:])
    head = check_head(files['log/checkpoint'], policy)
    need((head['origin'], head['size'], head['root']) == (manifest['origin'], manifest['checkpoint']['size'], hash64(manifest['checkpoint']['root'])), 'checkpoint.other')
    if policy[3] != 'none' and not head['witnessed']:
        incomplete.append('quorum')
    policy = (logs + past, *policy[1:])
    tiles = Tiles(files, head['size'], head['root'])
    known = [head]
    for name in files:
        match = re.fullmatch(r'log/(?:before|after)/([0-9]+)', name)
        if match:
            other = check_head(files[name], policy)
            need(other['size'] == int(match[1]), 'checkpoint.name')
            root = tiles.root_at(other['size']) if other['size'] <= head['size'] else None
            need(root is not None, 'checkpoint.tiles')
            need(root == other['root'], 'checkpoint.history')
            known.append(other)
    for raw in heads:
        other = check_head(raw, policy)
        root = tiles.root_at(other['size']) if other['size'] <= head['size'] else None
        if root is None:
            incomplete.append('head.not-comparable')
        else:
            need(root == other['root'], 'checkpoint.history')
            known.append(other)
    walk = walk_entries(files, manifest, (note, acts), tiles, known, skew)
    check_rest(files, manifest, walk, incomplete)
    return incomplete


def walk_entries(files, manifest, known_acts, tiles, known, skew):
    note, acts = known_acts
    records = [parse_line(line) for line in lines_of(files, 'records.jsonl')]
    statements = {}
    for act in acts:
        if 'body' in act:
            statements[act['index']] = json.loads(act['body'])
    ends = check_export(manifest, note, {act['index']: act for act in acts})
    runs = [strict_json(line) for line in lines_of(files, 'excluded.jsonl')]
    for run in runs:
        need(has(run, 'from', 'to', 'reason', maybe=['note']) and run['from'] < run['to'] and run['reason'] in REASONS, 'exclusion.form')
        need(('note' in run) == (run['reason'] == 'withheld'), 'exclusion.form')
    walk = Walk(manifest, tiles)
    walk.ends = ends
    walk.statements, walk.leaves, walk.positions = statements, [], 0
    (bounds,) = manifest['ranges']
    counts = {'records': len(records), 'acts': len(acts)}
    turns = [InTurn(records, 'index'), InTurn(acts, 'index'), InTurn(runs, 'from')]
    raw, last, expected = files['log/entries.bin'], -1, bounds['from']
    run = None
    masked_count = [0]
    for at in range(0, len(raw) - len(raw) % ITEM, ITEM):
        index, data = int.from_bytes(raw[at : at + 8], 'big'), raw[at + 8 : at + ITEM]
        need(index > last, 'entries.order')
        last = index
        entry, leaf = entry_of(data), sha(b'\0', data)
        there = tiles.leaf(index)
        need(there is not None, 'tile.missing')
        need(there == leaf, 'entry.changed')
        in_range = index == expected < bounds['to']
        need(in_range or index < bounds['from'] or expected == bounds['to'], 'entry.missing', expected)
        if in_range:
            expected += 1
            walk.positions += 1
            if index == bounds['from']:
                walk.begin_range()
        record, act = turns[0].at(index), turns[1].at(index)
        if run is None or run['to'] <= index:
            run = turns[2].at(index)
        need([record, act, run].count(None) == 2, 'position.unaccounted', index)
        walk.leaves.append((index, entry, leaf, run))
        one_entry(walk, manifest, index, entry, leaf, (record, act, run), in_range, masked_count)
        envelope = envelope_of(record or act) if not run else None
        time = envelope['t_server'] if envelope else statements.get(index, {}).get('t')
        check_time(index, time, known, skew)
    need(len(raw) % ITEM == 0, 'entries.form')
    need(expected == bounds['to'], 'entry.missing')
    need(not records and not acts and not runs, 'line.unknown')
    walk.counts = {
        **counts, 'positions': walk.positions, 'masked': masked_count[0],
        'excluded': sum(run is not None for *_, run in walk.leaves),
    }
    return walk


def one_entry(walk, manifest, index, entry, leaf, kinds, in_range, masked_count):
    record, act, run = kinds
    if run:
        need(in_range, 'position.unaccounted')
        check_reason(run, manifest['scope'])
        need(entry['type'] != 3, 'exclusion.statement')
        walk.excluded.setdefault(run['reason'], []).append((index, entry))
        walk.entry(index, entry, run, None)
        return
    value = record or act
    need((record is not None) == (entry['type'] == 1), 'line.place')
    check_line(value, entry)
    masked = [part['id'] for part in value.get('parts', []) if 'c' in part]
    need(not masked or (record is not None and set(masked) <= set(manifest['scope']['mask'])), 'mask')
    masked_count[0] += bool(masked)
    envelope = envelope_of(value)
    if in_range and entry['type'] != 3:
        walk.entry(index, entry, None, envelope)
    if envelope is None:
        return
    walk.envelope(index, entry, envelope, leaf, in_range)
    walk.persons |= persons_in(envelope)
    if record:
        walk.members.add(envelope['members']['hash'])
    else:
        walk.acts[index] = (envelope['kind'], text_of(value, 1))
    files = text_of(value, 3)
    for one in json.loads(files)['files'] if files else []:
        walk.files[one['sha256']] = one['size']


def check_time(index, time, known, skew):
    if time is None:
        return
    for head in known:
        if head['times'] and head['size'] <= index:
            need(time >= min(head['times']) * 1000 - skew, 'time.back-dated')
        if head['times'] and head['size'] > index:
            need(time <= max(head['times']) * 1000 + skew, 'time.future')


def check_rest(files, manifest, walk, incomplete):
    for index, _entry, leaf, run in walk.leaves:
        want = walk.wanted.get(leaf.hex())
        if want and index < want[0]:
            del walk.wanted[leaf.hex()]
            need(not (run and run['reason'] == 'other-conversation' and want[1]), 'exclusion.false')
    need(not any(must for _, _, must in walk.wanted.values()), 'conv.prev')
    asked = manifest['scope']['conversations'] or []
    need(not any(one['excluded'] is not None and one['conv'] in asked for one in walk.handles.values()), 'exclusion.false')
    walk.check_ends()
    identities = [strict_json(line) for line in lines_of(files, 'identities.jsonl')]
    for one in identities:
        need(has(one, 'person', 'address', 'since', 'until') and re.fullmatch('[0-9a-f]{32}', str(one['person'])), 'identity.form')
        if one['since'] is None:
            need(sha(f'onrecord outsider {one["address"]}'.encode()).hex()[:32] == one['person'], 'identity.false')
            continue
        kind, said = walk.acts.get(one['since'], (None, '{}'))
        added = json.loads(said)
        need(kind == 'person.add' and (added.get('person'), added.get('address')) == (one['person'], one['address']), 'identity.false')
        if one['until'] is not None:
            kind, said = walk.acts.get(one['until'], (None, '{}'))
            need(kind == 'person.remove' and json.loads(said).get('person') == one['person'], 'identity.false')
    for line in lines_of(files, 'members.jsonl'):
        one = strict_json(line)
        need(has(one, 'hash', 'members') and isinstance(one['hash'], str), 'members.form')
        made = sha(''.join(f'{member}\n' for member in one['members']).encode()).hex()
        need(made == one['hash'] and made in walk.members and one['members'] == sorted(set(one['members'])), 'members.false')
    check_files(files, manifest, walk, incomplete)
    check_statements(files, manifest, walk, incomplete)
    counts = {**walk.counts, 'identities': len(identities)}
    need(all(manifest['counts'][name] == count for name, count in counts.items()), 'counts')
    if walk.excluded.get('unreadable'):
        incomplete.append('record.unreadable')


def check_files(files, manifest, walk, incomplete):
    listed = [one for one in manifest['files'] if one['path'].startswith('files/')]
    for one in listed:
        need(one['path'] == f'files/{one["sha256"]}', 'file.content')
        need(one['sha256'] in walk.files, 'file.unnamed')
        need(walk.files[one['sha256']] == one['bytes'], 'file.size')
    need(len(listed) == manifest['counts']['files'], 'counts')
    losses = [strict_json(line) for line in lines_of(files, 'losses.jsonl')]
    forms = {'file': ['what', 'index', 'sha256', 'why'], 'members': ['what', 'records']}
    need(all(has(one, 'what', maybe=one) and has(one, *forms.get(one['what'], [''])) for one in losses), 'loss.form')
    lost = {one.get('sha256') for one in losses}
    need(all(f'files/{name}' in files or name in lost for name in walk.files), 'file.missing')
    need(len(losses) == manifest['counts']['losses'], 'counts')
    incomplete.extend('file.lost' for one in losses if one['what'] == 'file')


def check_statements(files, manifest, walk, incomplete):
    (bounds,) = manifest['ranges']
    entries = {index: entry for index, entry, *_ in walk.leaves}
    for line in lines_of(files, 'heads.jsonl'):
        one = strict_json(line)
        says = walk.statements.get(one and one.get('statement'), {}).get('says', {})
        need(has(one, 'statement', 'bucket', 'handle', 'next', 'last', 'leaf', 'path') and re.fullmatch('[0-9a-f]{64}', str(says.get('root'))), 'heads.form')
        need(is_count(says.get('size')) and says['size'] <= one['statement'], 'heads.form')
        item = struct.pack('>I8sIQ', one['bucket'], bytes.fromhex(one['handle']), one['next'], one['last'])
        need(is_included(sha(b'\0', item), one['leaf'], says['count'], bytes.fromhex(says['root']), [hash64(step) for step in one['path']]), 'heads.proof')
        found = walk.handles.get((one['bucket'], one['handle']))
        if bounds['from'] <= one['last'] < bounds['to']:
            entry = entries[one['last']]
            need((entry['bucket'], entry['handle'], entry['seq']) == (one['bucket'], one['handle'], one['next'] - 1), 'heads.count')
        if says['size'] >= bounds['to'] and found and found['last'] is not None:
            need(found['next'] < one['next'] if one['last'] >= bounds['to'] else found['last'] == one['last'], 'heads.count')
    certificates = {one['says']['bucket']: one['says'] for one in walk.statements.values() if one['kind'] == 'disposal.certificate'}
    for bucket in sorted({entry['bucket'] for _, entry in walk.excluded.get('destroyed', [])}):
        if bucket not in certificates:
            incomplete.append('destroyed.uncertified')
            continue
        leaves = certificates[bucket]['leaves']
        mine = [(index, leaf) for index, entry, leaf, _ in walk.leaves if entry['bucket'] == bucket and entry['type'] != 3 and bounds['from'] <= index < bounds['to']]
        if not (bounds['from'] <= leaves['first'] and leaves['last'] < bounds['to']):
            need(len(mine) <= leaves['count'], 'certificate.count')
            incomplete.append('certificate.partly')
            continue
        found = (len(mine), mine[0][0], mine[-1][0], joined(subtrees_of([leaf for _, leaf in mine])).hex())
        need(found == (leaves['count'], leaves['first'], leaves['last'], leaves['root']), 'certificate.leaves')
        destroyed = sum(entry['bucket'] == bucket for _, entry in walk.excluded['destroyed'])
        left = certificates[bucket]['survivors']['count']
        need(destroyed <= leaves['count'] - left, 'certificate.survivors')
        others = any(entry['bucket'] == bucket for reason, all_of in walk.excluded.items() if reason != 'destroyed' for _, entry in all_of)
        if left and (others or destroyed < leaves['count'] - left):
            incomplete.append('destroyed.untold')


PROOF = rb'c2sp\.org/tlog-proof@v1\nextra (\S+)\nindex (0|[1-9][0-9]{0,15})\n((?:\S+\n)*)\n'


def verify_proof(raw, policy_text):
    """One record: its entry and its line are the extra data. https://c2sp.org/tlog-proof"""
    policy, match = parse_policy(policy_text), re.match(PROOF, raw)
    need(match, 'proof.form')
    extra = unbase64(match[1].decode())
    path = [hash64(line.decode()) for line in match[3].splitlines()]
    need(extra is not None and None not in path, 'proof.form')
    entry, line = entry_of(extra[:112]), parse_line(extra[112:].decode())
    head = check_head(raw[match.end() :], policy)
    index = int(match[2])
    need(line['index'] == index and is_included(sha(b'\0', extra[:112]), index, head['size'], head['root'], path), 'proof.false')
    check_line(line, entry)
    return ['quorum'] if policy[3] != 'none' and not head['witnessed'] else []


def answer(raw, policy, heads):
    try:
        incomplete = verify_proof(raw, policy) if raw.startswith(b'c2sp.org/') else verify(read_zip(raw), policy, heads)
    except Broken as error:
        return {'exit': 1, 'code': error.code}
    return {'exit': 2, 'code': incomplete[0]} if incomplete else {'exit': 0, 'code': ''}


def read(path):
    with open(path, 'rb') as file:
        return file.read()


def main():
    """verify_bundle.py BUNDLE.zip POLICY [HEAD]..., or --table FOLDER with index.json in it: answers in its order."""
    if len(sys.argv) == 3 and sys.argv[1] == '--table':
        folder = sys.argv[2]
        answers = []
        for one in json.loads(read(f'{folder}/index.json')):
            heads = [read(f'{folder}/{name}') for name in one['heads']]
            answers.append(answer(read(f'{folder}/{one["zip"]}'), read(f'{folder}/{one["policy"]}').decode(), heads))
        print(json.dumps(answers))
        return 0
    found = answer(read(sys.argv[1]), read(sys.argv[2]).decode(), [read(path) for path in sys.argv[3:]])
    print(json.dumps(found))
    return found['exit']


if __name__ == '__main__':
    sys.exit(main())
