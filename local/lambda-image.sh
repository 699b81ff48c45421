#!/bin/sh
# Prints the name of an image with the Lambda runtime for `sam local`, and makes the image where it has to.
#
#   CONVENER_LAMBDA_IMAGE=$(sh local/lambda-image.sh)
#
# `make sam-local` does this. Nothing is printed where SAM is to take its own image, and where no container engine can be
# had or the machine isn't Linux: then the tests skip, with the reason. Messages go to standard error. In this order:
#
# 1. CONVENER_LAMBDA_IMAGE is set: that image.
# 2. No container engine answers: as root on Debian, install the package docker.io and start its daemon, with a new folder
#    in the temporary directory. The daemon stays; its folder holds dockerd.log and the file `pid`.
# 3. The engine has the image that this script makes, or SAM's own image, or can fetch SAM's own image (which isn't tried
#    with a daemon that this script has just started): that image.
# 4. Make an image from this machine's Python of the version in .python-version and the packages in
#    local/requirements/lambda.txt, at the paths of the real one: /var/runtime, /var/task, /lambda-entrypoint.sh. The
#    emulator inside the container is the real one in any case; the SAM CLI brings it. Linux on x86_64 only.
#
# A second call takes a second. A daemon that was killed does no harm to the next one, which has a folder of its own.
set -eu
cd "$(dirname "$0")/.."
version=$(cat .python-version)
image=localhost/convener-lambda:$version
started=

say() { echo "lambda-image.sh: $*" >&2; }
answers() { docker info >/dev/null 2>&1; }
has() { docker image inspect "$1" >/dev/null 2>&1; }

start_engine() {
  if [ "$(id -u)" != 0 ] || ! command -v apt-get >/dev/null; then
    say "no container engine answers; only root on Debian can install one here"
    return 1
  fi
  if ! command -v dockerd >/dev/null; then
    say "installing docker.io …"
    log=$(mktemp)
    { apt-get update -qq && DEBIAN_FRONTEND=noninteractive apt-get install -y -qq docker.io; } >"$log" 2>&1 || {
      tail -n 5 "$log" >&2
      say "docker.io can't be installed"
      return 1
    }
    rm -f "$log"
  fi
  state=$(mktemp -d "${TMPDIR:-/tmp}/convener-engine.XXXXXX")
  hard=$(ulimit -Hn)
  if [ "$hard" = unlimited ] || [ "$hard" -gt 4096 ]; then hard=4096; fi
  say "starting dockerd in $state …"
  setsid nohup dockerd --data-root="$state/data" --exec-root="$state/exec" --pidfile="$state/pid" \
    -H unix:///var/run/docker.sock --default-ulimit "nofile=1024:$hard" </dev/null >"$state/dockerd.log" 2>&1 &
  daemon=$!
  for _ in $(seq 240); do
    if answers; then
      started=yes
      return 0
    fi
    kill -0 "$daemon" 2>/dev/null || break
    sleep 0.5
  done
  tail -n 5 "$state/dockerd.log" >&2
  say "dockerd did not start; $state/dockerd.log says why"
  return 1
}

sam_image() { # the name of SAM's own image, which the SAM CLI knows
  .venv-sam/bin/python -c "
from samcli.local.docker.lambda_image import LambdaImage, Runtime
print(LambdaImage._INVOKE_REPO_PREFIX + '/' + Runtime.get_image_name_tag('python$version', 'x86_64'))" 2>/dev/null
}

find_python() { # a Python of that version, with its own folder: a virtual environment has none
  path=$(sh local/runtime-python.sh) || return 1
  python=$(PATH="$path" command -v "python$version")
  prefix=$("$python" -c 'import ssl, sys; print(sys.base_prefix)') || return 1
  python=$prefix/bin/python$version
}

copy() { # copy FILE…: each file into the image, at the same path, whatever it is a link to
  for file in "$@"; do
    mkdir -p "$root$(dirname "$file")"
    [ -e "$root$file" ] || cp "$(readlink -f "$file")" "$root$file"
  done
}

libraries() { # the libraries that programs and modules are linked to
  ldd "$@" 2>/dev/null | grep -o '/[^ ]*' | grep -v ':$' | sort -u
}

fill() { # everything that the image holds, below $root
  mkdir -p "$root/tmp" "$root/var/task" "$root/var/runtime" "$root/var/rapid" "$root/opt" "$root/etc/ssl/certs" \
    "$root/dev" "$root/proc" "$root/sys" "$root/root" "$root/usr/bin" "$root/usr/lib" "$root/usr/lib64" "$root/usr/share"
  for folder in bin lib lib64; do ln -s "usr/$folder" "$root/$folder"; done
  chmod 1777 "$root/tmp"
  chmod 755 "$root" "$root/root"
  tools='/bin/sh /bin/bash /usr/bin/env /usr/bin/mv /usr/bin/chmod /usr/bin/mkdir /usr/bin/ls /usr/bin/cat /usr/bin/ln /usr/bin/rm'
  modules=$(find "$prefix/lib/python$version/lib-dynload" -name '*.so' ! -name '*tkinter*')
  # Names of libraries and of modules hold no spaces.
  copy $tools $(libraries $tools "$python" $modules) /lib64/ld-linux-x86-64.so.2
  for name in libgcc_s.so.1 libstdc++.so.6 libnss_dns.so.2 libnss_files.so.2 libresolv.so.2 libpthread.so.0 libdl.so.2 \
    librt.so.1 libutil.so.1 libm.so.6 libz.so.1; do
    found=$(ldconfig -p | awk -v name="$name" '$1 == name && !found {found = $NF} END {print found}')
    [ -z "$found" ] || copy "$found"
  done
  copy "$python"
  mkdir -p "$root$prefix/lib"
  cp -a "$prefix/lib/python$version" "$root$prefix/lib/"
  (cd "$root$prefix/lib/python$version" && rm -rf test idlelib tkinter config-* site-packages dist-packages)
  "$python" -m pip install -q --disable-pip-version-check --no-input --no-deps --require-hashes --root-user-action=ignore \
    --target "$root/var/runtime" -r local/requirements/lambda.txt 2>"$work/pip.log" || {
    tail -n 5 "$work/pip.log" >&2
    say "the packages of local/requirements/lambda.txt can't be installed"
    exit 1
  }
  cp -r /usr/share/zoneinfo "$root/usr/share/zoneinfo" 2>/dev/null || true
  cp /etc/ssl/certs/ca-certificates.crt "$root/etc/ssl/certs/" 2>/dev/null || true
  printf 'root:x:0:0:root:/root:/bin/sh\nsbx_user1051:x:993:990::/home/sbx_user1051:/bin/sh\n' >"$root/etc/passwd"
  printf 'hosts: files dns\n' >"$root/etc/nsswitch.conf"
  cat >"$root/var/runtime/bootstrap" <<EOF
#!/bin/sh
export LAMBDA_TASK_ROOT=/var/task PYTHONPATH="/var/task:/opt/python:/var/runtime\${PYTHONPATH:+:\$PYTHONPATH}"
exec $python -m awslambdaric "\$_HANDLER"
EOF
  printf '#!/bin/sh\nexport _HANDLER="$1"\nexec /var/runtime/bootstrap\n' >"$root/lambda-entrypoint.sh"
  chmod +x "$root/var/runtime/bootstrap" "$root/lambda-entrypoint.sh"
}

make_image() {
  if [ "$(uname -sm)" != 'Linux x86_64' ]; then
    say "an image can be made on Linux on x86_64 only; name one with CONVENER_LAMBDA_IMAGE"
    return 1
  fi
  find_python || return 1
  say "making $image from $python …"
  work=$(mktemp -d)
  trap 'rm -rf "$work"' EXIT
  root=$work/root
  fill
  tar -C "$root" -cf "$work/image.tar" .
  docker import -c 'ENTRYPOINT ["/lambda-entrypoint.sh"]' -c 'WORKDIR /var/task' -c 'ENV LAMBDA_TASK_ROOT=/var/task' \
    -c "ENV PATH=$prefix/bin:/usr/local/bin:/usr/bin:/bin" "$work/image.tar" "$image" >/dev/null
}

if [ -n "${CONVENER_LAMBDA_IMAGE:-}" ]; then
  echo "$CONVENER_LAMBDA_IMAGE"
  exit 0
fi
[ "$(uname -s)" = Linux ] || exit 0
answers || start_engine || exit 0
if has "$image"; then
  echo "$image"
  exit 0
fi
if [ -z "$started" ]; then
  own=$(sam_image) || own=
  if [ -n "$own" ] && { has "$own" || timeout 300 docker pull -q "$own" >/dev/null 2>&1; }; then exit 0; fi
fi
make_image
echo "$image"
