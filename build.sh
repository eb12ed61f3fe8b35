#!/usr/bin/env bash
# The one entry point: ./build.sh help tells what there is. Works from any folder.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")"

# The toolchain is fetched by go itself when another is installed; the experiment gives Go's own SIMD packages.
export GOTOOLCHAIN=go1.27.4
export GOEXPERIMENT=simd

site=build/site
models=${STEADY_MODELS:-models}
# Everything but build/, where anything may lie, and but the page's tests, which need the build first.
packages=(./core/... ./models/... ./tools/... ./wasm/...)
# Packages with code for vectors: their tests run with every width that the processor has.
vector_tests=(./core/compute/cpu ./core/corrupt ./core/engine ./core/img ./core/random)
# Those of them that an emulator of another processor gets through in a short time, and the kernels' own.
arm64_tests=(./core/compute/cpu ./core/img ./core/random ./core/simdx)
older_tests=(./core/compute/cpu ./core/img ./core/random)
# Packages whose tests mean something in WebAssembly: what the page runs, and nothing that needs files or processes.
wasm_tests=(./core/random ./core/scalar ./core/img ./core/corrupt ./core/corrupt/fidelity ./core/loss ./core/nn
  ./core/onnx ./core/compute/cpu ./core/engine ./core/attack ./wasm/lab)

usage() {
  cat <<'TEXT'
./build.sh COMMAND

  serve [OPTIONS]   build everything and serve the page at http://127.0.0.1:8080
                    (OPTIONS are those of `steady serve`: --addr HOST:PORT, ...)
  build             leave the page in build/site, for any static web server, and the command in build/steady
  gpu               install a WebGPU library in build/webgpu, for --engine webgpu (docs/webgpu.md); needs npm
  test              run every test: Go with and without SIMD, the kernels with every width of vectors that the processor
                    has and for arm64 in an emulator, WebAssembly in Node, the page in a headless browser, WebGPU on a
                    software adapter; installs Node.js, npm, Chromium, qemu-user, a Vulkan loader (with apt-get) and the
                    WebGPU library where they are missing and that is possible
  corruptions [OPTIONS]
                    write docs/corruptions.md: what each does, how near the reference it comes, how long it takes
                    (OPTIONS are those of `go run ./tools/corruptiontable`: -reference DIR, ...)
  bench [OPTIONS]   time the engine beside ONNX Runtime Web and TensorFlow.js (which npm installs in build/peers),
                    beside PyTorch if a python3 has it, and beside the processor's peak: about fifteen minutes, on a
                    quiet machine
                    (OPTIONS are those of `go run ./tools/peers`:
                      -simd 128|256|512       width of native vectors, ours and PyTorch's
                      -only gemm,kernels      some parts only; layers,card are for a graphics card
                      -base DIR               also beside an older commit, checked out in DIR
                      -join AVX2=a.md,AVX-512=b.md   the tables of earlier runs side by side
                      -rounds N, MODEL.onnx, ...)
  card              leave in build/card all that measures a graphics card, for a machine with one (docs/webgpu.md);
                    needs npm
  kernels [PATTERN] run the benchmarks of core whose names match PATTERN (all by default)
  help              this text

STEADY_MODELS=FOLDER builds the page with the networks (*.onnx, each with its card *.json) of another folder.
STEADY_STRICT=1 makes `test` count what could not be run as failed.
TEXT
}

say() { printf '%s\n' "$*"; }
have() { command -v "$1" >/dev/null 2>&1; }

need_go() {
  have go || { say "Steady is built with Go, and there is no go here. Install Go 1.21 or later and try again." >&2; exit 1; }
}

# need_packages installs what the page takes from npm, unless node_modules has it as package-lock.json says.
need_packages() {
  if [[ node_modules/.package-lock.json -nt package-lock.json ]]; then return 0; fi
  have npm || { say "The page takes a plotting library from npm, and there is no npm here. Install Node.js with npm and try again." >&2; return 1; }
  mkdir -p build
  npm ci --ignore-scripts --no-audit --no-fund >build/npm.log 2>&1 || {
    say "npm could not install what package-lock.json lists; the last lines of build/npm.log:" >&2
    tail -n 5 build/npm.log >&2
    return 1
  }
}

# ---- build ----

build_command() {
  say "Building the command: build/steady"
  mkdir -p build
  go build -trimpath -o build/steady ./tools/steady
}

# The page is put together beside its place and moved there when it is whole.
build_site() {
  local new=build/site.new
  need_packages
  say "Building the page: $site"
  rm -rf "$new"
  mkdir -p "$new/models" "$new/photos"
  GOOS=js GOARCH=wasm go build -trimpath -ldflags="-s -w" -o "$new/lab.wasm" ./wasm/lab
  cp "$(go env GOROOT)/lib/wasm/wasm_exec.js" "$new/"
  go tool esbuild web/main.ts web/worker.ts web/style.css --bundle --minify --format=iife --target=es2022 \
    --define:LAB_BYTES="$(wc -c <"$new/lab.wasm")" --outdir="$new" --log-level=warning
  cp index.html web/icon.svg "$new/"
  cp web/photos/*.jpg web/photos/*.png web/photos/CREDITS.md "$new/photos/"
  cp node_modules/uplot/LICENSE "$new/uplot-LICENSE.txt"
  if [[ -f LICENSE ]]; then cp LICENSE "$new/LICENSE.txt"; fi
  copy_models "$new/models"
  compress "$new"
  rm -rf "$site"
  mv "$new" "$site"
  say "The page is in $site: lab.wasm has $(size "$site/lab.wasm") bytes$(packed "$site/lab.wasm")"
}

# copy_models copies the networks and lists them, with their cards, in models.json.
copy_models() {
  local first=1 file card
  {
    printf '['
    for file in "$models"/*.onnx; do
      [[ -f $file ]] || continue
      card=${file%.onnx}.json
      cp "$file" "$1/"
      ((first)) || printf ','
      first=0
      printf '\n{"file":"%s","card":' "$(basename "$file")"
      if [[ -f $card ]]; then cp "$card" "$1/" && cat "$card"; else printf '{}'; fi
      printf '}'
    done
    printf '\n]\n'
  } >"$1/models.json"
  if ((first)); then say "There are no networks in $models: the page will have none to show." >&2; fi
}

# compress leaves x.gz and x.br beside each file that shrinks, for servers that send them. A file that is the same as
# in the last build gets that one's: the best compression of the lab takes a while.
compress() {
  local file old tool
  for file in "$1"/*.wasm "$1"/*.js "$1"/*.css "$1"/*.html; do
    old=$site/$(basename "$file")
    for tool in gz br; do
      if cmp -s "$file" "$old" && [[ -f $old.$tool ]]; then
        cp "$old.$tool" "$file.$tool"
      elif [[ $tool == gz ]] && have gzip; then
        gzip -9 -n -c "$file" >"$file.gz"
      elif [[ $tool == br ]] && have brotli; then
        brotli -q 11 -c "$file" >"$file.br"
      fi
    done
  done
}

size() { wc -c <"$1" | tr -d ' '; }

packed() {
  local kind
  for kind in gz br; do
    if [[ -f $1.$kind ]]; then printf ', %s %s' "$(size "$1.$kind")" "$kind"; fi
  done
}

# ---- the WebGPU library ----

# install_library leaves Dawn, behind the C interface webgpu.h, in build/webgpu: as the npm package bun-webgpu carries it
# for each platform, version and contents fixed.
install_library() {
  local package file sum sums=(sha256sum) new=build/webgpu.new
  case "$(uname -s)-$(uname -m)" in
    Linux-x86_64)
      package=bun-webgpu-linux-x64@0.1.7 file=libwebgpu_wrapper.so
      sum=3190c3777f2c07fcf6a0640833cbf5d0cde859dc53aed6d9083946d093198788 ;;
    Darwin-arm64)
      package=bun-webgpu-darwin-arm64@0.1.5 file=libwebgpu_wrapper.dylib
      sum=0f8af8c26a87d15b3465404af7eb3b34587d56ac537a10d16d7238e5506bc4fe ;;
    Darwin-x86_64)
      package=bun-webgpu-darwin-x64@0.1.5 file=libwebgpu_wrapper.dylib
      sum=aa9829210be8b50542881ec783df73819c1ad09768622cdb04891c6a215eeed2 ;;
    MINGW*-x86_64 | MSYS*-x86_64 | CYGWIN*-x86_64)
      package=bun-webgpu-win32-x64@0.1.5 file=webgpu_wrapper.dll
      sum=03c6162c2a6c4f432e602738c4e03903d518370b232a8c5cf07dd36ba6dc6441 ;;
    *)
      say "There is no ready WebGPU library for $(uname -s) on $(uname -m): docs/webgpu.md says where others are." >&2
      return 1 ;;
  esac
  have sha256sum || sums=(shasum -a 256)
  if [[ -f build/webgpu/$file && $("${sums[@]}" <"build/webgpu/$file") == "$sum"* ]]; then return 0; fi
  have npm || { say "The WebGPU library comes by npm, and there is no npm here." >&2; return 1; }
  say "Installing the WebGPU library ($package) in build/webgpu ..."
  rm -rf "$new"
  mkdir -p "$new"
  npm install --prefix "$new" --no-save --no-package-lock --ignore-scripts --no-audit --no-fund "$package" \
    >build/npm-webgpu.log 2>&1 || { say "... which failed: see build/npm-webgpu.log" >&2; return 1; }
  mv "$new/node_modules/${package%@*}/$file" "$new/node_modules/${package%@*}/LICENSE" "$new/"
  rm -rf "$new/node_modules"
  if [[ $("${sums[@]}" <"$new/$file") != "$sum"* ]]; then
    say "... but $package holds another $file than the one that is known to be good: it is not used." >&2
    return 1
  fi
  rm -rf build/webgpu
  mv "$new" build/webgpu
  say "... done: --engine webgpu finds it."
}

# ---- what the tests need ----

# apt_install NAME PACKAGE... installs Debian packages, where that can be done.
apt_install() {
  local what=$1 run=()
  shift
  have apt-get || return 1
  if [[ $(id -u) -ne 0 ]]; then
    have sudo && sudo -n true 2>/dev/null || return 1
    run=(sudo -n)
  fi
  say "$what is missing: installing it with apt-get ($*) ..."
  { "${run[@]}" apt-get update -qq && DEBIAN_FRONTEND=noninteractive "${run[@]}" \
    apt-get install -y -qq --no-install-recommends "$@"; } >build/apt.log 2>&1 || {
    say "... which failed; the last lines of build/apt.log:"
    tail -n 5 build/apt.log
    return 1
  }
  say "... done."
}

need_node() { have node || apt_install Node.js nodejs; }
need_npm() { have npm || apt_install npm npm; }

need_qemu() { have qemu-aarch64 && have qemu-x86_64 || apt_install "An emulator of processors" qemu-user; }

browser() {
  local name
  for name in chromium chromium-browser google-chrome google-chrome-stable; do
    if have "$name"; then command -v "$name" && return 0; fi
  done
  return 1
}

need_browser() { browser >/dev/null || apt_install Chromium chromium; }

# need_graphics sees to the library, on Linux to the Vulkan loader, and adds the software driver that Chromium brings.
need_graphics() {
  local driver
  install_library || return 1
  [[ $(uname -s) == Linux ]] || return 0
  ldconfig -p 2>/dev/null | grep -q 'libvulkan\.so\.1' || apt_install "The Vulkan loader" libvulkan1 || return 1
  for driver in /usr/lib/chromium/vk_swiftshader_icd.json /opt/google/chrome/vk_swiftshader_icd.json; do
    if [[ -f $driver ]]; then export VK_ADD_DRIVER_FILES=$driver; fi
  done
}

# ---- tests ----

summary=()
failed=0
skipped=0

# step NAME COMMAND... runs one part of the tests and goes on whatever comes of it.
step() {
  local name=$1 began=$SECONDS
  shift
  say ""
  say "== $name"
  # A child of its own, so that the first failing line ends the part: set -e does not hold inside a condition.
  set +e
  (set -e; "$@")
  local code=$?
  set -e
  if ((code == 0)); then
    summary+=("$(printf 'passed  %4d s  %s' $((SECONDS - began)) "$name")")
  else
    failed=$((failed + 1))
    summary+=("$(printf 'FAILED  %4d s  %s' $((SECONDS - began)) "$name")")
  fi
}

skip() {
  skipped=$((skipped + 1))
  summary+=("$(printf 'SKIPPED         %s: %s' "$1" "$2")")
}

check_format() {
  local bad
  bad=$(gofmt -l core wasm web models tools)
  if [[ -n $bad ]]; then
    say "not formatted with gofmt:"
    say "$bad"
    return 1
  fi
}

test_plain() {
  export GOEXPERIMENT=
  go build "${packages[@]}" ./web
  go test -short ./core/... ./wasm/...
}

# test_pointers runs the kernels' tests with Go's check of what pointers point to.
test_pointers() { go test -short -gcflags='steady/...=-d=checkptr' "${vector_tests[@]}"; }

# any_width takes the width of vectors out of the caller's GODEBUG, for programs that another processor runs: one that it
# lacks is a panic.
any_width() {
  local setting kept=() IFS=,
  for setting in ${GODEBUG:-}; do
    if [[ $setting != simd=* ]]; then kept+=("$setting"); fi
  done
  export GODEBUG="${kept[*]-}"
}

# test_arm64 has another processor's kernels run in an emulator: that they are right, and nothing of how fast they are.
test_arm64() {
  any_width
  export GOARCH=arm64
  go vet ./core/...
  go test -short -exec qemu-aarch64 "${arm64_tests[@]}"
  go test -short -exec qemu-aarch64 -run Golden ./core/corrupt # the other tests take minutes there
}

test_wasm() {
  any_width
  local package found=()
  for package in "${wasm_tests[@]}"; do
    if compgen -G "$package/*_test.go" >/dev/null; then found+=("$package"); fi
  done
  GOOS=js GOARCH=wasm go test -short -exec="$(go env GOROOT)/lib/wasm/go_js_wasm_exec" "${found[@]}"
}

check_types() {
  need_packages
  node_modules/.bin/tsc -p web
}

# test_older runs the kernels on processors of amd64 that this one is not: without VPCLMULQDQ, where package simd has 128
# bits and the assembly 256, and without AVX.
test_older() {
  local model
  any_width
  for model in Haswell Nehalem; do
    say "-- $model"
    # What qemu does not emulate of a processor it says at every start.
    go test -short -exec "qemu-x86_64 -cpu $model" "${older_tests[@]}" 2> >(grep -v "TCG doesn't support" >&2)
  done
}

run_tests() {
  mkdir -p build
  # The browser also brings the software graphics card that the WebGPU tests run on.
  need_node || true
  need_browser || true
  local graphics=1
  need_graphics || graphics=0
  need_npm && need_packages || true # the parts that want them say what is missing
  step "gofmt" check_format
  step "go vet" go vet "${packages[@]}" ./web
  step "go test, with SIMD" go test "${packages[@]}"
  step "go test, pointers checked" test_pointers
  # What came before has the widest vectors, or those that the caller's GODEBUG asks for; here are the others.
  local bits setting widths
  if widths=$(go run ./tools/machine/widths); then
    while read -r -u 3 bits setting; do
      [[ -n $bits ]] || continue
      step "kernels, vectors of $bits bits" env GODEBUG="$setting" go test "${vector_tests[@]}"
      GODEBUG=$setting step "kernels, vectors of $bits bits, pointers checked" test_pointers
    done 3<<<"$widths"
  else
    step "widths of vectors" false
  fi
  if [[ $(go env GOHOSTARCH) == arm64 ]]; then
    say "The tests above were those for arm64."
  elif need_qemu; then
    step "kernels for arm64 in qemu" test_arm64
  else
    skip "kernels for arm64" "there is no qemu-aarch64 here and it could not be installed"
  fi
  if [[ $(go env GOHOSTARCH) != amd64 ]]; then
    say "Older processors of amd64 are emulated on amd64 only."
  elif need_qemu; then
    step "kernels for older processors in qemu" test_older
  else
    skip "kernels for older processors" "there is no qemu-x86_64 here and it could not be installed"
  fi
  if ((graphics)); then
    step "the engine's networks on WebGPU" env STEADY_ENGINE=webgpu go test -count=1 -run 'Logits|ParamGradients' ./core/engine
  else
    skip "WebGPU" "there is no WebGPU library here, or no Vulkan loader, and it could not be installed"
  fi
  step "go build and test, plain Go" test_plain
  if need_node; then
    step "WebAssembly in Node" test_wasm
  else
    skip "WebAssembly in Node" "there is no node here and it could not be installed"
  fi
  step "TypeScript's types" check_types
  step "build" build_all
  if need_browser; then
    step "the page in a headless browser" env STEADY_PAGE=required go test -count=1 ./web
  else
    skip "the page in a headless browser" "there is no Chromium here and it could not be installed"
  fi

  say ""
  say "== Summary ($((SECONDS / 60)) min $((SECONDS % 60)) s)"
  printf '%s\n' "${summary[@]}"
  if ((failed > 0)); then
    say "$failed of the parts failed."
    return 1
  fi
  if ((skipped > 0)) && [[ -n ${STEADY_STRICT:-} ]]; then
    say "$skipped of the parts could not be run, which counts as failed here (STEADY_STRICT)."
    return 1
  fi
  say "All that ran passed."
}

# ---- benchmarks ----

# build_card leaves a folder that needs nothing else to measure a graphics card.
build_card() {
  install_library
  rm -rf build/card
  mkdir -p build/card
  go build -trimpath -o build/card/peers ./tools/peers
  cp -R build/webgpu build/card/webgpu
  say "In build/card: take it to a machine with a graphics card, and there run card/peers -only layers,card"
}

# run_bench times the engine beside whichever of its peers are here or can be had.
run_bench() {
  local options=() python
  if [[ $* == *-join* ]]; then
    go run ./tools/peers "$@"
    return
  fi
  mkdir -p build
  if [[ $* =~ layers|card ]]; then need_graphics || true; fi
  if [[ $* != *-only* || $* =~ browser|workers|single ]]; then
    need_browser || true
    if need_npm && npm install --prefix build/peers --no-save --no-package-lock --ignore-scripts --no-audit --no-fund \
      onnxruntime-web@1.30.0 @tensorflow/tfjs@4.22.0 @tensorflow/tfjs-backend-wasm@4.22.0 >build/npm-peers.log 2>&1; then
      options+=(-packages build/peers)
    else
      say "ONNX Runtime Web and TensorFlow.js could not be installed (build/npm-peers.log)." >&2
    fi
  fi
  for python in python3 /usr/bin/python3; do
    if "$python" -c 'import torch' >/dev/null 2>&1; then
      options+=(-python "$python")
      break
    fi
  done
  if [[ "${options[*]-} $*" != *-python* ]]; then
    say "No python3 here has torch (Debian: apt-get install python3-torch, and python3-onnx for the gradient on ONNX Runtime; beside a graphics card one with CUDA)." >&2
  fi
  go run ./tools/peers ${options[@]+"${options[@]}"} "$@" # bash before 4.4 takes an empty array for unset
}

build_all() {
  build_command
  build_site
}

case ${1:-help} in
  build)
    need_go
    build_all
    ;;
  serve)
    need_go
    build_all
    shift
    exec build/steady serve --dir "$site" "$@"
    ;;
  gpu)
    mkdir -p build
    install_library
    ;;
  test)
    need_go
    run_tests
    ;;
  card)
    need_go
    build_card
    ;;
  bench)
    need_go
    shift
    run_bench "$@"
    ;;
  kernels)
    need_go
    say "Running the benchmarks of core (one core each; figures vary with what else runs)"
    go test -run '^$' -bench "${2:-.}" -benchmem ./core/...
    ;;
  corruptions)
    need_go
    shift
    go run ./tools/corruptiontable "$@"
    ;;
  help | -h | --help) usage ;;
  *)
    say "There is no command \"$1\"." >&2
    usage >&2
    exit 2
    ;;
esac
