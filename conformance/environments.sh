#!/bin/sh
# Builds .build/venv and .build/npm, the programs of others that tests run
# beside ours, each from its lock file here. What stands there already by the
# same lock is left alone. Needs Python 3 (with venv) and npm.
set -eu
cd "$(dirname "$0")/.."
mkdir -p .build/bin

# The lock, and what it was resolved with, lie in the folder that they made: last,
# so that a folder that was left half made has none.
python=$(python3 --version)
if ! { echo "# $python"; cat conformance/requirements.txt; } | cmp -s - .build/venv/lock; then
	rm -rf .build/venv
	python3 -m venv .build/venv
	# The lock is whole (pip freeze --all, without pip), so nothing has to be
	# resolved; whether it is sound, pip says.
	.build/venv/bin/pip install --quiet --disable-pip-version-check --no-deps -r conformance/requirements.txt
	.build/venv/bin/pip check --disable-pip-version-check >&2
	{ echo "# $python"; cat conformance/requirements.txt; } >.build/venv/lock
fi

if ! cmp -s conformance/package-lock.json .build/npm/lock; then
	rm -rf .build/npm
	mkdir .build/npm
	cp conformance/package.json conformance/package-lock.json .build/npm/
	npm ci --loglevel=error --no-audit --no-fund --prefix .build/npm </dev/null
	cp conformance/package-lock.json .build/npm/lock
fi
test ! -e .build/npm/node_modules/@nushell || ln -sf ../npm/node_modules/@nushell/linux-x64/bin/nu .build/bin/nu
