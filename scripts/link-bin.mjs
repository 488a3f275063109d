// The root's postinstall: puts the pinned Node and our own program into node_modules/.bin.
