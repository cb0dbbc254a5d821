#!/bin/sh
# Checks the JSDoc types of the page's modules with TypeScript (Debian: node-typescript). Emits nothing.
set -eu
folder=$(cd "$(dirname "$0")/../../Sources/Viewer/Resources" && pwd)
if ! command -v tsc >/dev/null; then
    echo "tsc is missing; install it with: apt-get install node-typescript" >&2
    exit 1
fi
exec tsc --noEmit --allowJs --checkJs --strict --noUncheckedIndexedAccess --noImplicitReturns \
    --noFallthroughCasesInSwitch --target es2022 --module es2022 --moduleResolution node \
    --lib es2022,dom,dom.iterable "$(dirname "$0")/browser.d.ts" $(find "$folder" -name "*.js")
