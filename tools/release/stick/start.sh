#!/bin/sh
# Starts Steady from this folder and shows it in the browser: sh start.sh
cd "$(dirname "$0")" || exit 1
case $(uname -s) in
  Linux) system=linux ;;
  Darwin) system=macos ;;
  *) echo "There is no program here for $(uname -s). README.txt says what else can be done." >&2; exit 1 ;;
esac
case $(uname -m) in
  x86_64 | amd64) processor=amd64 ;;
  aarch64 | arm64) processor=arm64 ;;
  *) echo "There is no program here for $(uname -m). README.txt says what else can be done." >&2; exit 1 ;;
esac
# From a copy: many sticks are mounted so that nothing on them may be run.
copy=$(mktemp -d) || exit 1
trap 'rm -rf "$copy"' EXIT
trap : INT # ends Steady; what follows is still to be done
cat "programs/steady-$system-$processor" >"$copy/steady" && chmod +x "$copy/steady" || exit 1
"$copy/steady" serve --open --dir site || "$copy/steady" serve --open --dir site --addr 127.0.0.1:0
