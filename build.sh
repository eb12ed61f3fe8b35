#!/usr/bin/env bash
# The one entry point: ./build.sh help tells what there is. Works from any folder.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")"

# The toolchain is fetched by go itself when another is installed; the experiment gives Go's own SIMD packages.
export GOTOOLCHAIN=go1.27.4
export GOEXPERIMENT=simd

site=build/site
models=${STEADY_MODELS:-models}
# Everything but build/, where anything may lie, and the page's tests, which need the build first.
packages=(./core/... ./models/... ./tools/... ./wasm/... ./web)
# Packages with code for vectors: their tests run with every width that the processor has.
vector_tests=(./core/compute/cpu ./core/corrupt ./core/corrupt/internal/{filter,jpegsim,liquid,pix,resample}
  ./core/engine ./core/img ./core/random)
# Those of them that an emulator of another processor gets through in a short time, and the kernels' own.
arm64_tests=(./core/compute/cpu ./core/img ./core/random ./core/simdx)
older_tests=(./core/compute/cpu ./core/img ./core/random)
# Packages whose tests mean something in WebAssembly: what the page runs, and nothing that needs files or processes.
wasm_tests=(./core/random ./core/parallel ./core/scalar ./core/img ./core/corrupt ./core/corrupt/fidelity
  ./core/corrupt/internal/{filter,fractal,ice,jpegsim,liquid,pix,poisson,resample} ./core/loss ./core/nn ./core/onnx
  ./core/onnx/internal/onnxpb ./core/classnames ./core/preprocess ./core/inspect ./core/compute/cpu ./core/engine ./core/attack
  ./core/option ./core/session ./core/stage ./core/stage/footage ./core/stage/live ./core/evaluator ./core/exchange ./wasm/lab)

usage() {
  cat <<'TEXT'
./build.sh COMMAND

  serve [OPTIONS]   build everything and serve the page at http://127.0.0.1:8080
                    (OPTIONS are those of `steady serve`: --addr HOST:PORT, ...)
  build             leave the page in build/site, for any static web server, and the command in build/steady
  gpu               install a WebGPU library in build/webgpu, for --backend webgpu (docs/webgpu.md); needs npm
  setup             install what the tests need and this machine lacks: Node.js, npm, Chromium, Firefox, a C compiler,
                    qemu-user, Slurm and a Vulkan loader with apt-get, the WebGPU library and the packages of package-lock.json with npm
  test              run every test: Go with and without SIMD, the kernels with every vector width of this processor
                    and for arm64 in an emulator, WebAssembly in Node, the page in a headless browser, WebGPU on a
                    software adapter; skips what lacks a tool, and says so
  test full         the same without short cuts, and every fuzz target for 30 seconds
  test cluster      only what runs a benchmark on several machines: on a Slurm that it starts here, in the container's
                    root folder, and the manifest by the types of Kubernetes; as root
  fuzz [DURATION]   look for inputs that break what reads files: every fuzz target in turn, each for so long
                    (1m by default; 10m once a week). What breaks is left in testdata/fuzz of its package
  lint              check habits of writing (tools/lint), suspicious code (staticcheck) and spelling (misspell)
  corruptions [OPTIONS]
                    write docs/corruptions.md: what each does, how near the reference it comes, how long it takes
                    (OPTIONS are those of `go run ./tools/corruptiontable`: -reference DIR, ...)
  bench [OPTIONS]   time the engine beside ONNX Runtime Web and TensorFlow.js (which npm installs in build/peers),
                    beside PyTorch if a python3 has it, and beside the processor's peak: about fifteen minutes, on a
                    quiet machine
                    (OPTIONS are those of `go run ./tools/peers`:
                      -simd 128|256|512       width of native vectors, ours and PyTorch's
                      -only gemm,kernels      some parts only; recipes,corruptions,suite are not among them by
                                              default, layers,gpu are for a GPU
                      -images N               for suite: so many of CIFAR-10's size, and a tenth as many JPEGs
                      -base DIR               also beside an older commit, checked out in DIR
                      -join AVX2=a.md,AVX-512=b.md   the tables of earlier runs side by side
                      -rounds N, MODEL.onnx, ...)
  family [FLAGS] COMMAND [NAME...]
                    the networks of models/: list, train NAME..., measure [NAME...], tables, sweep NAME
                    (`go doc ./tools/family` explains them; -sets FOLDER says where the data sets are)
  release           leave in build/release what a release offers: the command for Linux, macOS and Windows with the page
                    embedded, steady-cluster, the page and a USB stick as ZIP archives, licenses, and SHA-256 sums
  gpu-bench         leave in build/gpu-bench all that measures a GPU, for a machine with one (docs/webgpu.md); needs npm
  stage             build the live stage in a window, build/steady-stage (docs/stage.md); says which packages it needs
  cluster           build what runs benchmarks without a scheduler, build/steady-cluster (docs/scaling.md)
  sizes             how large the programs are, and of how many modules they are made, as a table of docs/scaling.md
  kernels [PATTERN] run the benchmarks of core whose names match PATTERN (all by default)
  help              this text

STEADY_MODELS=FOLDER builds the page with the networks (*.onnx, each with its model card *.json) of another folder.
STEADY_STRICT=1 makes `test` count what it skips as failed.
TEXT
}

say() { printf '%s\n' "$*"; }
have() { command -v "$1" >/dev/null 2>&1; }

need_go() {
  have go || { say "Steady is built with Go, and there is no go here. Install Go 1.21 or later and try again." >&2; exit 1; }
}

# need_packages has npm install what the page and its tests take from there, unless it is in node_modules already.
need_packages() { go run ./tools/site -packages; }

# ---- build ----

build_command() {
  say "Building the command: build/steady"
  mkdir -p build
  go build -trimpath -o build/steady ./tools/steady
}

# build_stage builds the live stage, which needs a C compiler on Linux and macOS.
build_stage() {
  if [[ $(uname -s) == Linux ]] && ! have_stage_headers; then
    say "The stage needs a C compiler and the headers of OpenGL and X11. On Debian and Ubuntu:" >&2
    say "  sudo apt-get install gcc libc6-dev ${stage_headers[*]}" >&2
    return 1
  fi
  say "Building the live stage: build/steady-stage"
  mkdir -p build
  CGO_ENABLED=$([[ $(uname -s) == Linux || $(uname -s) == Darwin ]] && echo 1 || echo 0) \
    go build -tags stage -trimpath -o build/steady-stage ./tools/stage
}

build_cluster() {
  say "Building the server and worker of benchmarks: build/steady-cluster"
  mkdir -p build
  go build -trimpath -o build/steady-cluster ./tools/steady-cluster
}

# program_sizes prints a table of programs, without symbols and without the page embedded.
program_sizes() {
  local program name
  local -a with
  mkdir -p build/sizes
  say "| program | MB | modules of others | packages of others |"
  say "|---|---|---|---|"
  for program in steady steady-cluster stage; do
    name=$program with=(-tags "")
    if [[ $program == stage ]]; then
      have_stage_headers || continue
      name=steady-stage with=(-tags stage)
    fi
    go build "${with[@]}" -ldflags="-s -w" -o "build/sizes/$name" "./tools/$program"
    printf '| %s | %.1f | %d | %d |\n' "$name" "$(wc -c <"build/sizes/$name" | awk '{print $1 / 1e6}')" \
      "$(go list -deps "${with[@]}" -f '{{with .Module}}{{if not .Main}}{{.Path}}{{end}}{{end}}' "./tools/$program" | sort -u | grep -c .)" \
      "$(go list -deps "${with[@]}" -f '{{with .Module}}{{if not .Main}}{{$.ImportPath}}{{end}}{{end}}' "./tools/$program" | grep -c .)"
  done
  rm -r build/sizes
}

build_site() { go run ./tools/site -out "$site" -models "$models"; }

# ---- the WebGPU library ----

# find_library sets library_package, library_file and library_sum: Dawn, behind the C interface webgpu.h, as the npm
# package bun-webgpu carries it for each platform, version and contents fixed.
find_library() {
  case "$(uname -s)-$(uname -m)" in
    Linux-x86_64)
      library_package=bun-webgpu-linux-x64@0.1.7 library_file=libwebgpu_wrapper.so
      library_sum=3190c3777f2c07fcf6a0640833cbf5d0cde859dc53aed6d9083946d093198788 ;;
    Darwin-arm64)
      library_package=bun-webgpu-darwin-arm64@0.1.5 library_file=libwebgpu_wrapper.dylib
      library_sum=0f8af8c26a87d15b3465404af7eb3b34587d56ac537a10d16d7238e5506bc4fe ;;
    Darwin-x86_64)
      library_package=bun-webgpu-darwin-x64@0.1.5 library_file=libwebgpu_wrapper.dylib
      library_sum=aa9829210be8b50542881ec783df73819c1ad09768622cdb04891c6a215eeed2 ;;
    MINGW*-x86_64 | MSYS*-x86_64 | CYGWIN*-x86_64)
      library_package=bun-webgpu-win32-x64@0.1.5 library_file=webgpu_wrapper.dll
      library_sum=03c6162c2a6c4f432e602738c4e03903d518370b232a8c5cf07dd36ba6dc6441 ;;
    *) return 1 ;;
  esac
}

# is_library FILE checks a file's SHA-256.
is_library() {
  local sums=(sha256sum)
  have sha256sum || sums=(shasum -a 256)
  [[ -f $1 && $("${sums[@]}" <"$1") == "$library_sum"* ]]
}

have_library() { find_library && is_library "build/webgpu/$library_file"; }

# install_library leaves the WebGPU library in build/webgpu.
install_library() {
  local new=build/webgpu.new from
  find_library || {
    say "There is no ready WebGPU library for $(uname -s) on $(uname -m): docs/webgpu.md says where others are." >&2
    return 1
  }
  if is_library "build/webgpu/$library_file"; then return 0; fi
  have npm || { say "The WebGPU library comes by npm, and there is no npm here: install Node.js with npm and try again." >&2; return 1; }
  say "Installing the WebGPU library ($library_package) in build/webgpu ..."
  rm -rf "$new"
  mkdir -p "$new"
  npm install --prefix "$new" --no-save --no-package-lock --ignore-scripts --no-audit --no-fund "$library_package" \
    >build/npm-webgpu.log 2>&1 || { say "... which failed: see build/npm-webgpu.log" >&2; return 1; }
  from=$new/node_modules/${library_package%@*}
  mv "$from/$library_file" "$from/LICENSE" "$new/"
  rm -rf "$new/node_modules"
  is_library "$new/$library_file" || {
    say "... but $library_package holds another $library_file than the one known to be good: it is not used." >&2
    return 1
  }
  rm -rf build/webgpu
  mv "$new" build/webgpu
  say "... done: --backend webgpu finds it."
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

browser() {
  local name
  for name in chromium chromium-browser google-chrome google-chrome-stable; do
    if have "$name"; then command -v "$name" && return 0; fi
  done
  return 1
}

have_browser() { browser >/dev/null; }
have_firefox() { have firefox-esr || have firefox; }
have_compiler() { have "$(go env CC)"; }
stage_headers=(libgl1-mesa-dev libx11-dev libxcursor-dev libxi-dev libxinerama-dev libxrandr-dev libxxf86vm-dev)
# have_stage_headers has the compiler look for what Ebitengine includes.
have_stage_headers() {
  have_compiler && printf '#include <%s>\n' GL/gl.h X11/Xlib.h X11/Xcursor/Xcursor.h X11/extensions/{XInput2,Xinerama,Xrandr,xf86vmode}.h |
    "$(go env CC)" -E -x c -o /dev/null - 2>/dev/null
}
# have_screen looks for a display in memory and, where packages are Debian's, for what draws on it.
have_screen() { have xvfb-run && { ! have dpkg-query || dpkg-query -W libgl1-mesa-dri &>/dev/null; }; }
have_qemu() { have qemu-aarch64 && have qemu-x86_64; }
have_slurm() { have munged && have slurmctld && have slurmd && have sbatch; }
is_root() { [[ $(uname -s) == Linux && $(id -u) -eq 0 ]]; }
have_vulkan() { [[ $(uname -s) != Linux ]] || ldconfig -p 2>/dev/null | grep -q 'libvulkan\.so\.1'; }

# have_webgpu looks for the library and, on Linux, the Vulkan loader, to which it names Chromium's software driver.
have_webgpu() {
  local driver
  have_library && have_vulkan || return 1
  for driver in /usr/lib/chromium/vk_swiftshader_icd.json /opt/google/chrome/vk_swiftshader_icd.json; do
    if [[ -f $driver ]]; then export VK_ADD_DRIVER_FILES=$driver; fi
  done
}

# run_setup installs what the tests need, and goes on where one thing cannot be had.
run_setup() {
  local lacking=()
  mkdir -p build
  have node || apt_install Node.js nodejs || lacking+=(Node.js)
  have npm || apt_install npm npm || lacking+=(npm)
  have_compiler || apt_install "A C compiler" gcc libc6-dev || lacking+=("a C compiler")
  have_browser || apt_install Chromium chromium || lacking+=(Chromium)
  have_firefox || apt_install Firefox firefox-esr || lacking+=(Firefox)
  if [[ $(uname -s) == Linux ]]; then
    have_qemu || apt_install "An emulator of processors" qemu-user || lacking+=(qemu-user)
    have_vulkan || apt_install "The Vulkan loader" libvulkan1 || lacking+=("the Vulkan loader")
    have_stage_headers || apt_install "What the live stage is built with" "${stage_headers[@]}" || lacking+=("the headers of the live stage")
    have_screen || apt_install "A display in memory" xvfb xauth libgl1-mesa-dri || lacking+=(xvfb)
    have_slurm || apt_install Slurm slurm-wlm munge || lacking+=(Slurm)
  fi
  if find_library; then install_library || lacking+=("the WebGPU library"); fi
  need_packages || lacking+=("the packages of package-lock.json")
  if ((${#lacking[@]} > 0)); then
    say "Still missing: $(printf '%s, ' "${lacking[@]}" | sed 's/, $//'). Install it by hand, or run ./build.sh test without: it skips what needs it." >&2
    return 1
  fi
  say "All that the tests need is here."
}

# ---- checks of the text ----

# run_lint runs every check, and fails if any finds something.
run_lint() {
  local code=0
  go run ./tools/lint || code=1
  go tool staticcheck "${packages[@]}" ./web/... || code=1
  # Not the table of British spellings, nor names that are published, public or part of a key of random numbers, nor the search
  # that takes both spellings.
  find .github core docs models tools wasm web index.html build.sh ./*.md -type f -not -path 'tools/lint/*' -not -path core/train/card.go -not -path 'models/*.json' \
    -not -path core/train/initialize.go -not -path core/dataset/imagenet/classes.txt -not -path '*/corruptions.ts' -not -path '*/corruptions.test.ts' -print0 |
    xargs -0 go tool misspell -error -locale US || code=1
  return "$code"
}

# ---- tests ----

summary=()
failed=0
skipped=0
full=        # not empty for `test full`
short=(-short) # of go test, where most of the time goes into few tests

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

# lacking NAME WHAT skips a part for want of a tool that setup installs.
lacking() { skip "$1" "$2 is missing (./build.sh setup installs it)"; }

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
  go build "${packages[@]}"
  go test "${short[@]}" ./core/... ./wasm/...
}

# test_pointers [PACKAGE...] runs the kernels' tests, and those of packages, with Go's check of what pointers point to.
test_pointers() { go test "${short[@]}" -gcflags='steady/...=-d=checkptr' "${vector_tests[@]}" "$@"; }

# test_races runs what works on several cores at once with Go's race detector.
test_races() {
  export CGO_ENABLED=1
  go test -race "${short[@]}" ./core/attack ./core/parallel
  go test -race "${short[@]}" -run 'Pool|Share' ./core/compute/cpu
}

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
  go test "${short[@]}" -exec qemu-aarch64 "${arm64_tests[@]}"
  if [[ -n $full ]]; then
    go test "${short[@]}" -exec qemu-aarch64 ./core/corrupt
  else
    go test -short -exec qemu-aarch64 -run Golden ./core/corrupt # the other tests take minutes there
  fi
}

test_wasm() {
  any_width
  local package found=()
  for package in "${wasm_tests[@]}"; do
    if compgen -G "$package/*_test.go" >/dev/null; then found+=("$package"); fi
  done
  GOOS=js GOARCH=wasm GOEXPERIMENT=simd,nojsonv2 go test "${short[@]}" -exec="$(go env GOROOT)/lib/wasm/go_js_wasm_exec" "${found[@]}"
}

check_types() { node_modules/.bin/tsc -p web; }

# test_older runs the kernels on processors of amd64 that this one is not: without VPCLMULQDQ, where package simd has 128
# bits and the assembly 256, and without AVX.
test_older() {
  local model
  any_width
  for model in Haswell Nehalem; do
    say "-- $model"
    # What qemu does not emulate of a processor it says at every start.
    go test "${short[@]}" -exec "qemu-x86_64 -cpu $model" "${older_tests[@]}" 2> >(grep -v "TCG doesn't support" >&2)
  done
}

# test_stage draws the stage on a display in memory and compares all pixels with what they should be; then runs it for some frames.
test_stage() {
  local screen=(xvfb-run -a -s "-screen 0 1280x720x24")
  export CGO_ENABLED=1
  go vet -tags stage ./tools/stage/...
  go tool staticcheck -tags stage ./tools/stage/...
  "${screen[@]}" go test -tags stage -count=1 ./tools/stage/...
  build_stage
  local display
  for display in '' localhost:77; do # none, and one that does not answer
    if DISPLAY=$display build/steady-stage 2>build/stage.log || ! grep -q '^steady-stage: there is no display' build/stage.log; then
      say "With DISPLAY='$display' the stage says:"
      cat build/stage.log
      return 1
    fi
  done
  "${screen[@]}" build/steady-stage --source pattern --model cifar10-standard --frames 40 --stats
}

# fuzz_all DURATION looks for new inputs that break what reads files, for so long with each target. It goes on after one that
# fails, whose input Go leaves in testdata/fuzz of its package.
fuzz_all() {
  local file target broken=()
  while IFS=: read -r -u 3 file target; do
    say "-- $target of $(dirname "$file")"
    # By default an input that covers something new is made smaller for up to a minute, in which nothing else is tried.
    go test -run '^$' -fuzz "^$target\$" -fuzztime "$1" -fuzzminimizetime 20x "./$(dirname "$file")" ||
      broken+=("$(dirname "$file") $target")
  done 3< <(grep -r --include='*_test.go' -o '^func Fuzz[A-Za-z0-9_]*' core tools wasm | sed 's/func //' | sort)
  if ((${#broken[@]} > 0)); then
    say "Broken; the inputs are in testdata/fuzz of the package, and fail its tests until it is mended:"
    printf '  %s\n' "${broken[@]}"
    return 1
  fi
}

# test_slurm starts a Slurm, and has it run, requeue, kill and merge a benchmark.
test_slurm() {
  build_command
  STEADY_CLUSTER=$PWD/build/steady go test "${short[@]}" -count=1 -timeout=20m -v -run '^TestOnSlurm$' ./tools/internal/cluster
}

# test_container calls the command of the container image in an empty root folder.
test_container() {
  CGO_ENABLED=0 go build -trimpath -tags nowebgpu -ldflags="-s -w" -o build/steady-static ./tools/steady # as tools/container/Dockerfile
  STEADY_CONTAINER=$PWD/build/steady-static go test -count=1 -v -run '^TestContainer$' ./tools/internal/cluster
}

test_manifest() { go -C tools/internal/cluster/testdata/kubernetes test -count=1 . ; }

test_cluster() {
  if ! is_root; then
    skip "a benchmark on Slurm, and in a container" "it takes Linux and root"
    return
  fi
  if have_slurm; then
    step "a benchmark on Slurm" test_slurm
  else
    lacking "a benchmark on Slurm" "Slurm with munge"
  fi
  step "a benchmark in a container's root folder" test_container
}

# summarize says how the tests have gone.
summarize() {
  say ""
  say "== Summary ($((SECONDS / 60)) min $((SECONDS % 60)) s)"
  printf '%s\n' "${summary[@]}"
  if ((failed > 0)); then
    say "$failed of the parts failed."
    return 1
  fi
  if ((skipped > 0)) && [[ -n ${STEADY_STRICT:-} ]]; then
    say "$skipped of the parts were skipped, which counts as failed here (STEADY_STRICT)."
    return 1
  fi
  say "All that ran passed."
}

# run_tests [full|cluster]
run_tests() {
  mkdir -p build
  case ${1:-} in
    "") ;;
    full) full=1 short=(-short=false -timeout=3h) ;;
    cluster)
      short=(-short=false)
      if is_root && ! have_slurm; then apt_install Slurm slurm-wlm munge || true; fi
      test_cluster
      step "the manifest by the types of Kubernetes" test_manifest
      summarize
      return
      ;;
    *) say "test takes nothing, \"full\" or \"cluster\", not \"$1\"." >&2; return 2 ;;
  esac
  local webgpu=1 npm=1
  have_webgpu || webgpu=0
  need_packages || npm=0
  step "gofmt" check_format
  step "go vet" go vet "${packages[@]}" ./web/e2e
  step "habits, staticcheck, spelling" run_lint
  step "go test, with SIMD" go test "${packages[@]}"
  step "go test, pointers checked" test_pointers ./core/attack
  if have_compiler; then
    step "go test, races" test_races
  else
    lacking "races" "a C compiler, which Go's race detector wants,"
  fi
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
  elif have_qemu; then
    step "kernels for arm64 in qemu" test_arm64
  else
    lacking "kernels for arm64" qemu-user
  fi
  if [[ $(go env GOHOSTARCH) != amd64 ]]; then
    say "Older processors of amd64 are emulated on amd64 only."
  elif have_qemu; then
    step "kernels for older processors in qemu" test_older
  else
    lacking "kernels for older processors" qemu-user
  fi
  if ((webgpu)); then
    step "recipes that attack on WebGPU" env STEADY_BACKEND=webgpu go test -count=1 \
      -run '^Test(FGSM|PGD|TradesImages|TLAT|MTLAT|Runs)$/^mtlat$' ./core/train/recipes
    step "the engine's networks on WebGPU" env STEADY_BACKEND=webgpu go test -count=1 -run 'Logits|ParamGradients' ./core/engine
  else
    lacking "WebGPU" "the WebGPU library or the Vulkan loader"
  fi
  if [[ $(uname -s) == Linux ]] && have_stage_headers && have_screen; then
    step "the live stage on a display in memory" test_stage
  else
    lacking "the live stage" "xvfb, or what the stage is built with,"
  fi
  step "go build and test, plain Go" test_plain
  if have node; then
    step "WebAssembly in Node" test_wasm
  else
    lacking "WebAssembly in Node" Node.js
  fi
  if have node; then
    step "the page's modules in Node" env STEADY_PAGE=required go test -count=1 ./web
  else
    lacking "the page's modules in Node" Node.js
  fi
  if [[ -n $full ]]; then
    step "fuzzing" fuzz_all 30s
    step "servers and workers that are killed" env STEADY_ROUNDS=50 go test -count=1 -run '^TestKilled$' ./tools/internal/elastic
  fi
  test_cluster
  if [[ -n $full ]]; then step "the manifest by the types of Kubernetes" test_manifest; fi
  if ((npm)) && have node; then
    step "TypeScript's types" check_types
  else
    lacking "TypeScript's types" "Node.js or npm"
  fi
  if ((npm)); then
    step "build" build_all
    if have_browser; then
      step "the page in a headless browser" env STEADY_PAGE=required go test -count=1 -timeout=30m "${short[@]}" ./web/e2e
      have_firefox || lacking "the page in Firefox" Firefox
    else
      lacking "the page in a headless browser" Chromium
    fi
  else
    lacking "the page" npm
  fi
  summarize
}

# ---- benchmarks ----

# build_gpu_bench leaves a folder that needs nothing else to measure a GPU.
build_gpu_bench() {
  install_library
  rm -rf build/gpu-bench
  mkdir -p build/gpu-bench
  go build -trimpath -o build/gpu-bench/peers ./tools/peers
  cp -R build/webgpu build/gpu-bench/webgpu
  say "In build/gpu-bench: take it to a machine with a GPU, and there run gpu-bench/peers -only layers,gpu"
}

# run_bench times the engine beside whichever of its peers are here or can be had.
run_bench() {
  local options=() python
  if [[ $* == *-join* ]]; then
    go run ./tools/peers "$@"
    return
  fi
  mkdir -p build
  if [[ $* =~ layers|gpu ]]; then have_webgpu || say "The WebGPU library or the Vulkan loader is missing: ./build.sh setup installs them." >&2; fi
  if [[ $* != *-only* || $* =~ browser|workers|single ]]; then
    have_browser || say "Chromium is missing: ./build.sh setup installs it." >&2
    if have npm && npm install --prefix build/peers --no-save --no-package-lock --ignore-scripts --no-audit --no-fund \
      onnxruntime-web@1.30.0 @tensorflow/tfjs@4.22.0 @tensorflow/tfjs-backend-wasm@4.22.0 >build/npm-peers.log 2>&1; then
      options+=(-packages build/peers)
    else
      say "ONNX Runtime Web and TensorFlow.js could not be installed (build/npm-peers.log; npm is one of the things that ./build.sh setup installs)." >&2
    fi
  fi
  for python in python3 /usr/bin/python3; do
    if "$python" -c 'import torch' >/dev/null 2>&1; then
      options+=(-python "$python")
      break
    fi
  done
  if [[ "${options[*]-} $*" != *-python* ]]; then
    say "No python3 here has torch (Debian: apt-get install python3-torch, and python3-onnx for the gradient on ONNX Runtime; beside a GPU one with CUDA)." >&2
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
  setup)
    need_go
    run_setup
    ;;
  test)
    need_go
    shift
    run_tests "$@"
    ;;
  fuzz)
    need_go
    if [[ ! ${2:-1m} =~ ^[0-9]+(s|m|h|x)$ ]]; then
      say "fuzz takes a duration, as in 30s, 10m or 1h, not \"$2\"." >&2
      exit 2
    fi
    fuzz_all "${2:-1m}"
    ;;
  lint)
    need_go
    run_lint
    ;;
  family)
    need_go
    export GOFLAGS="$(go env GOFLAGS) -buildvcs=auto" # model cards have the revision; go run would not note it either
    build_command
    shift
    go build -trimpath -o build/family-command ./tools/family
    exec build/family-command "$@"
    ;;
  release)
    need_go
    build_site
    go run ./tools/release -site "$site"
    ;;
  gpu-bench)
    need_go
    build_gpu_bench
    ;;
  bench)
    need_go
    shift
    run_bench "$@"
    ;;
  stage)
    need_go
    build_stage
    ;;
  cluster)
    need_go
    build_cluster
    ;;
  sizes)
    need_go
    program_sizes
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
