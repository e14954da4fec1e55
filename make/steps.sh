# Sourced by the scripts beside it: long steps say what they do, show that they live, and keep quiet when they work.

# fail TEXT...: one clear line with the way out, and the end.
fail() {
    printf 'partsgraph: %s\n' "$*" >&2
    exit 1
}

# step TEXT COMMAND...: runs the command; its output is shown only when it fails, and then this ends too.
step() {
    attempt "$@" && return
    status=$?
    cat "$log" >&2
    rm -f "$log"
    exit "$status"
}

# attempt TEXT COMMAND...: runs the command and returns its status; what a failed one said is in the file $log.
attempt() {
    text=$1
    shift
    log=$(mktemp)
    started=$(date +%s)
    printf '%s …' "$text"
    # A background process of sh ignores Ctrl-C, so the ticker, not the command, goes there, and it ends with its parent.
    (while sleep 2 && kill -0 "$$" 2>/dev/null; do printf '.'; done) &
    ticker=$!
    trap 'kill "$ticker" 2>/dev/null || true; rm -f "$log"' EXIT
    trap 'echo; exit 130' INT TERM
    status=0
    "$@" >"$log" 2>&1 || status=$?
    kill "$ticker" 2>/dev/null || true
    wait "$ticker" 2>/dev/null || true
    trap - EXIT INT TERM
    if [ "$status" -ne 0 ]; then
        printf ' failed\n'
        return "$status"
    fi
    printf ' done (%s s)\n' "$(($(date +%s) - started))"
    rm -f "$log"
}

# fingerprint FILE...: changes when the content of a file, its name or the place of the checkout changes.
fingerprint() {
    { pwd; cksum "$@"; } | cksum
}

# forget_pip_habits: a pip set to install elsewhere or otherwise would miss .venv; how the network is reached stays.
forget_pip_habits() {
    for name in $(env | sed -n 's/^\(PIP_[A-Z_]*\)=.*/\1/p'); do
        case $name in
            PIP_*INDEX* | PIP_CERT | PIP_CLIENT_CERT | PIP_PROXY | PIP_TRUSTED_HOST | PIP_FIND_LINKS | PIP_RETRIES) ;;
            PIP_TIMEOUT | PIP_DEFAULT_TIMEOUT | PIP_CACHE_DIR | PIP_NO_CACHE_DIR | PIP_CONFIG_FILE | PIP_KEYRING_PROVIDER) ;;
            *) unset "$name" ;;
        esac
    done
    export PIP_USER=0 PIP_DISABLE_PIP_VERSION_CHECK=1 PIP_NO_INPUT=1
}

# find_python: sets $python to the first interpreter that is new enough and can make virtual environments; PYTHON=…
# overrules the search.
find_python() {
    lame=
    for candidate in ${PYTHON:-python3 python3.13 python3.12 python3.11 python3.14}; do
        "$candidate" -c 'import sys; sys.exit(sys.version_info < (3, 11))' >/dev/null 2>&1 || continue
        if "$candidate" -c 'import ensurepip, venv' >/dev/null 2>&1; then
            python=$candidate
            return
        fi
        lame=$candidate
    done
    [ -z "$lame" ] || fail "$lame cannot make virtual environments; on Debian and Ubuntu: apt-get install python3-venv"
    found=$("${PYTHON:-python3}" --version 2>&1) || found="no ${PYTHON:-python3} that runs"
    fail "Python 3.11 or newer is needed (found: $found). Install one, or name it: make PYTHON=/path/to/python3.11 …"
}

# make_environment DIRECTORY: a fresh virtual environment, made anew when it is broken, moved or half made.
make_environment() {
    if [ -f "$1/.place" ] && [ "$(cat "$1/.place")" = "$PWD" ] && "$1/bin/python" -m pip --version >/dev/null 2>&1; then
        return
    fi
    find_python
    step "Making $1 with $("$python" --version 2>&1)" "$python" -m venv --clear "$1"
    pwd >"$1/.place"
}

# install DIRECTORY FILE...: installs the pinned packages of these files into an environment: by uv, which is fetched for
# this alone and takes seconds, or by pip where uv cannot be had (or where INSTALLER=pip says so).
install() {
    environment=$1
    shift
    pins=
    for file in "$@"; do pins="$pins -r $file"; done
    if fetch_uv "$environment"; then
        # shellcheck disable=SC2086  # file names without spaces
        if attempt "Installing Python packages" "$uv" pip install --quiet --python "$environment/bin/python" \
            --require-hashes $pins; then
            rm -rf "$tools"
            return
        fi
        rm -rf "$tools" "$log"
    fi
    # shellcheck disable=SC2086
    step "Installing Python packages by pip (a minute or more)" \
        "$environment/bin/python" -m pip install --quiet --require-hashes $pins
}

# fetch_uv DIRECTORY: sets $uv to the pinned uv, installed below the temporary directory $tools by the pip of an
# environment, and lets it ask where pip would ask.
fetch_uv() {
    [ "${INSTALLER:-uv}" = uv ] || return 1
    tools=$(mktemp -d)
    if ! attempt "Fetching uv" "$1/bin/python" -m pip install --quiet --require-hashes --target "$tools" -r requirements/uv.txt; then
        rm -rf "$tools" "$log"
        return 1
    fi
    uv=$tools/bin/uv
    index=${PIP_INDEX_URL:-$("$1/bin/python" -m pip config get global.index-url 2>/dev/null || true)}
    [ -z "$index" ] || export UV_DEFAULT_INDEX="$index"
    [ -z "${PIP_EXTRA_INDEX_URL:-}" ] || export UV_INDEX="$PIP_EXTRA_INDEX_URL"
    [ -z "${PIP_CERT:-}" ] || export SSL_CERT_FILE="${SSL_CERT_FILE:-$PIP_CERT}"
    # The certificates that the system trusts, as pip has it.
    export UV_SYSTEM_CERTS=1 UV_NO_CONFIG=1 UV_NO_PROGRESS=1
}
