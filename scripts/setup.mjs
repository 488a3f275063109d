// Runs before start, test and check on whatever Node npm has, without dependencies: brings node_modules up to date.
