#!/bin/sh
# Sets up everything that `make demo` and `make test` need: system packages, a virtual environment with locked versions,
# and the weights. Does nothing that is done already.
set -eu
cd "$(dirname "$0")"

UV_VERSION=0.13.9
FONT=/usr/share/fonts/opentype/noto/NotoSansCJK-Regular.ttc

say() { printf '%s\n' "$*" >&2; }

python_of_choice() {
    for candidate in python3 python3.13 python3.12 python3.11; do
        if command -v "$candidate" >/dev/null 2>&1 \
            && "$candidate" -c 'import sys; sys.exit(not (3, 11) <= sys.version_info[:2] <= (3, 13))'; then
            command -v "$candidate"
            return
        fi
    done
    say "需要 Python 3.11、3.12 或 3.13，未找到。 Python 3.11, 3.12 or 3.13 is needed and was not found."
    exit 1
}

has_library() { ldconfig -p 2>/dev/null | grep -q "$1" || /sbin/ldconfig -p 2>/dev/null | grep -q "$1"; }

missing_packages() {
    command -v tesseract >/dev/null 2>&1 || echo tesseract-ocr
    languages=$(tesseract --list-langs 2>/dev/null || true)
    echo "$languages" | grep -qx chi_sim || echo tesseract-ocr-chi-sim
    echo "$languages" | grep -qx uig || echo tesseract-ocr-uig
    [ -f "$FONT" ] || echo fonts-noto-cjk
    has_library libGL.so.1 || echo libgl1
    has_library libgthread-2.0.so.0 || echo libglib2.0-0
    "$PYTHON" -c 'import ensurepip, venv' 2>/dev/null || echo python3-venv
}

install_packages() {
    packages=$(missing_packages | tr '\n' ' ')
    [ -n "$packages" ] || return 0
    if [ "$(id -u)" = 0 ]; then sudo=""; elif sudo -n true 2>/dev/null; then sudo="sudo"; else sudo=none; fi
    if [ "$sudo" = none ] || ! command -v apt-get >/dev/null 2>&1; then
        say "缺少系统软件包，且没有安装权限。请管理员运行： Missing system packages that this account may not install. Run as administrator:"
        say "    apt-get install $packages"
        exit 1
    fi
    say "安装系统软件包 installing: $packages"
    $sudo apt-get update -qq
    # shellcheck disable=SC2086
    DEBIAN_FRONTEND=noninteractive $sudo apt-get install -y -qq --no-install-recommends $packages >/dev/null
}

PYTHON=$(python_of_choice)
install_packages
[ -x .venv/bin/python ] || "$PYTHON" -m venv .venv
stamp=.venv/.locked
if [ ! -f "$stamp" ] || [ requirements.lock -nt "$stamp" ] || [ pyproject.toml -nt "$stamp" ]; then
    say "安装 Python 依赖（版本已锁定） installing locked dependencies"
    .venv/bin/python -m pip install --quiet --disable-pip-version-check "uv==$UV_VERSION"
    .venv/bin/uv pip install --quiet --python .venv/bin/python --require-hashes -r requirements.lock
    .venv/bin/uv pip install --quiet --python .venv/bin/python --no-deps --editable .
    touch "$stamp"
fi
.venv/bin/redact models fetch
