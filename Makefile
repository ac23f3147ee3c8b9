# Two commands: `make demo` runs the main job on the sample dossier, `make test` runs the test suite.
# Both set up what is missing first.

BIN := .venv/bin
SAMPLES := fixtures/samples/dossier
DEMO := demo-output

.PHONY: setup demo test check lock clean

setup:
	@./bootstrap.sh

demo: setup
	@$(BIN)/python -m fixtures.demo $(SAMPLES) $(DEMO)

test: setup
	@OMP_NUM_THREADS=1 OMP_THREAD_LIMIT=1 $(BIN)/python -m pytest --numprocesses=2 --dist=loadfile

# What CI runs beside the tests.
check: setup
	@$(BIN)/ruff check .
	@$(BIN)/ruff format --check .
	@$(BIN)/mypy
	@$(BIN)/lint-imports

# Versions and hashes, no addresses: the index is the installer's own.
lock: setup
	@$(BIN)/uv pip compile --quiet --universal --generate-hashes --no-emit-index-url --no-annotate --no-header \
	    --python-version 3.11 --extra dev --extra ray pyproject.toml -o requirements.lock

clean:
	@rm -rf .venv $(DEMO) build dist *.egg-info .pytest_cache .mypy_cache .ruff_cache .hypothesis
