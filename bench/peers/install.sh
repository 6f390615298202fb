#!/usr/bin/env bash
# Builds the peers of `sinkproof bench checker` into bench/peers/installed, which git ignores. Nothing here is needed to
# verify a sink; a peer that is not there is named as missing. Run again, it builds again.
#
#   SPIN 6.5         bench/peers/install.sh spin          Debian's spin and gcc
#   Stateright       bench/peers/install.sh stateright    needs cargo; versions 0.30.2 and 0.31.0, both locked
#   TLC              bench/peers/install.sh tlc SOURCE    needs JDK 11+; SOURCE is a clone (or a bare one) of the public
#                                                         tlaplus/tlaplus; or put tla2tools.jar into installed/tlc.jar
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
installed=$here/installed
mkdir -p "$installed"

spin() {
  apt-get install -y spin gcc libc6-dev
}

stateright() {
  for version in 0.30.2 0.31.0; do
    (cd "$here/stateright/$version" && CARGO_TARGET_DIR="$installed/stateright-$version" cargo build --release --locked)
  done
}

tlc() {
  [ $# -eq 1 ] || { echo "usage: bench/peers/install.sh tlc PATH_TO_CLONE_OF_TLAPLUS" >&2; exit 2; }
  local work tools=tlatools/org.lamport.tlatools
  work=$(mktemp -d)
  trap "rm -rf '$work'" EXIT
  git -C "$1" archive HEAD "$tools/src" "$tools/lib" | tar -x -C "$work"
  local source=$work/$tools/src classes=$work/classes
  mkdir "$classes"
  find "$source" -name '*.java' >"$work/files"
  javac -nowarn -encoding UTF-8 -d "$classes" -cp "$(find "$work/$tools/lib" -name '*.jar' | paste -sd:)" "@$work/files"
  (cd "$source" && find . -type f ! -name '*.java' -print0 | xargs -0 cp --parents -t "$classes")
  # The libraries that its classes load at the start.
  (cd "$classes" && find "$work/$tools/lib/javax.mail" "$work/$tools/lib/gson" -name '*.jar' -exec jar --extract --file {} \;)
  rm -rf "$classes/META-INF"
  jar --create --file "$installed/tlc.jar" --main-class tlc2.TLC -C "$classes" .
  git -C "$1" rev-parse --short HEAD >"$installed/tlc.commit"
}

case ${1:-} in
  spin | stateright | tlc) "$@" ;;
  *) sed -n '2,9s/^# \{0,1\}//p' "$0" >&2; exit 2 ;;
esac
