# Lesson's commands. `make run` goes from a fresh machine to a page; `make help` lists the others.

SHELL := /bin/bash
.SHELLFLAGS := -eu -o pipefail -c
.DEFAULT_GOAL := help

PREFIX ?= /usr/local
LESSON := .build/bin/lesson

# What the package links beyond the toolchain: libcmark, libjpeg and libpng, found through pkg-config.
MISSING_PACKAGES := command -v pkg-config > /dev/null || echo -n "pkg-config "; \
  pkg-config --exists libcmark 2> /dev/null || echo -n "libcmark-dev "; \
  pkg-config --exists libjpeg 2> /dev/null || echo -n "libjpeg-dev "; \
  pkg-config --exists libpng 2> /dev/null || echo -n "libpng-dev "

# The runner is built without optimisation, because swift-syntax takes five times as long with it; the host and the
# runtime are what lessons run on, and the fetcher computes checksums, so they are optimised.
RUNNER_BUILD := swift build --product lesson
RUNTIME_BUILD := swift build --configuration release

.PHONY: help
help: ## Show this list.
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/^([a-z-]+):.*## (.*)/  make \1\t\2/' | expand -t 24

.PHONY: run
run: build ## Build, run Lessons/03-dtypes.md and say where its page is.
	@$(LESSON) run 03-dtypes.md

.PHONY: setup
setup: ## Install the system packages that are missing.
	@if ! command -v swift > /dev/null; then \
	  echo "error: there is no Swift compiler; install Swift 6 from https://swift.org/install" >&2; exit 4; fi
	@$(SHELL) -c '$(MISSING_PACKAGES)' | { read -r missing || true; \
	  if [ -z "$$missing" ]; then exit 0; fi; \
	  if ! command -v apt-get > /dev/null; then \
	    echo "error: this system lacks $$missing (Debian package names); install them and try again" >&2; exit 4; fi; \
	  sudo=""; if [ "$$(id -u)" != 0 ]; then sudo=sudo; fi; \
	  echo "Installing $$missing with apt ..."; \
	  { $$sudo apt-get update -qq && $$sudo apt-get install -y -qq --no-install-recommends $$missing > /dev/null; } || \
	    { echo "error: apt could not install $$missing; install them and try again" >&2; exit 4; }; }

.PHONY: build
build: setup ## Leave a runnable .build/bin/lesson.
	@echo "Building the runner (a first build takes about two minutes, most of it swift-syntax) ..."
	@$(RUNNER_BUILD)
	@echo "Building the host, the fetcher and the runtime, optimised ..."
	@$(RUNTIME_BUILD) --product lesson-host
	@$(RUNTIME_BUILD) --product lesson-fetch
	@$(RUNTIME_BUILD) --product LessonKit
	@$(MAKE) --no-print-directory lay-out ROOT=.build LINK=-l

# Puts the parts where the command looks for them, relative to itself.
.PHONY: lay-out
lay-out:
	@mkdir -p $(ROOT)/bin $(ROOT)/libexec/lesson $(ROOT)/lib/lesson/modules/{CKernels,CImageCodecs}
	@cp -f $(LINK) .build/debug/lesson $(ROOT)/bin/lesson
	@cp -f .build/release/{lesson-host,lesson-fetch} $(ROOT)/libexec/lesson/
	@for file in .build/release/libLessonKit.so .build/release/libLessonKit.dylib; do \
	  if [ -f $$file ]; then cp -f $$file $(ROOT)/lib/lesson/; fi; done
	@for module in LessonKit Models NeuralNets Tensors; do \
	  cp -fp .build/release/Modules/$$module.swiftmodule $(ROOT)/lib/lesson/modules/; done
	@cp -fp Sources/Runtime/CKernels/include/* $(ROOT)/lib/lesson/modules/CKernels/
	@cp -fp Sources/Runtime/CImageCodecs/Codecs/include/* $(ROOT)/lib/lesson/modules/CImageCodecs/
	@clang -c Sources/Host/MainModule/main-module.s -o $(ROOT)/lib/lesson/main-module.o
	@swiftc -print-target-info > $(ROOT)/lib/lesson/toolchain.json

.PHONY: install
install: build ## Install to PREFIX (/usr/local); needs nothing of this folder afterwards.
	@$(MAKE) --no-print-directory lay-out ROOT=$(DESTDIR)$(PREFIX) LINK=
	@strip --strip-debug $(DESTDIR)$(PREFIX)/bin/lesson
	@echo "Installed $(DESTDIR)$(PREFIX)/bin/lesson"

.PHONY: test
test: build ## Run all tests.
	@echo "Building and running the tests, one after the other, as some share the default dtype and the seed ..."
	@swift test --no-parallel

.PHONY: record
record: build ## Run the tests and write what they compare with anew; then look at the difference.
	@LESSON_RECORD=1 swift test --no-parallel

.PHONY: names
names: ## Write the table of PyTorch's names in Documentation/Runtime.md anew.
	@LESSON_RECORD=1 swift test --filter RuntimeTests/Names/theGuideHasTheTable

# What a first build consists of, each part built alone in a folder that is empty before.
TIMED = rm -rf .build/times && start=$$(date +%s) && $(1) --scratch-path $(CURDIR)/.build/times > .build/times.log 2>&1 && \
  printf '%5d s  %s\n' $$(($$(date +%s) - start)) '$(2)'

.PHONY: build-times
build-times: setup ## Print how long a first build takes, dependency by dependency (about three minutes).
	@swift package resolve > .build/times.log
	@$(call TIMED,swift build --package-path .build/checkouts/swift-syntax --target SwiftIDEUtils,swift-syntax)
	@$(call TIMED,swift build --package-path .build/checkouts/Yams --target Yams,Yams)
	@$(call TIMED,swift build --package-path .build/checkouts/swift-argument-parser --target ArgumentParser,swift-argument-parser)
	@$(call TIMED,$(RUNNER_BUILD),the runner with these three)
	@$(call TIMED,$(RUNTIME_BUILD) --product LessonKit,the runtime optimised)
	@rm -rf .build/times .build/times.log

.PHONY: bench
bench: bench-lesson bench-kernels bench-captioner ## All measurements, beside PyTorch where a Python has it (PYTHON=python3).

.PHONY: bench-lesson
bench-lesson: build ## Time a lesson beside one plain program of its steps (BENCH="--repetitions 3").
	@swift run --package-path Benchmarks -c release LessonBenchmarks $(BENCH)

.PHONY: bench-kernels
bench-kernels: build ## Time the kernels beside PyTorch and the machine's peak (PYTHON=python3).
	@swift run --package-path Benchmarks -c release KernelBenchmark $(KERNELS)

.PHONY: bench-captioner
bench-captioner: build ## Time a base-size captioner beside transformers on PyTorch (PYTHON=python3).
	@swift run --package-path Benchmarks -c release CaptionerBenchmark $(CAPTIONER)

.PHONY: sanitize
sanitize: ## All checks under sanitizers, side by side.
	@echo "Building the kernels and the tensors with sanitizers ..."
	@$(MAKE) --silent -j "$$(getconf _NPROCESSORS_ONLN)" sanitize-kernels sanitize-tensors sanitize-codecs sanitize-readers

# These are built by the compilers directly, because a whole build with sanitizers would take minutes.
FUZZ_SECONDS ?= 15
FUZZ_SEED ?= 1
SANITIZED := .build/sanitized
CODECS := Sources/Runtime/CImageCodecs/Codecs
CKERNELS := Sources/Runtime/CKernels
SANITIZED_CLANG := clang -g -O1 -fsanitize=address,undefined -fno-sanitize-recover=all -Wno-pass-failed \
  -I $(CODECS)/include -I $(CKERNELS)/include
SANITIZED_SWIFTC := swiftc -sanitize=address -swift-version 6 -package-name lesson -parse-as-library -use-ld=lld \
  -I $(SANITIZED) -I $(CODECS)/include -I $(CKERNELS)/include
REFERENCE := Tests/Models/Reference

SANITIZED_KERNELS := $(patsubst $(CKERNELS)/%.c,$(SANITIZED)/kernels/%.o,$(wildcard $(CKERNELS)/*.c))
$(SANITIZED)/kernels/%.o: $(CKERNELS)/%.c $(wildcard $(CKERNELS)/*.h $(CKERNELS)/*.inc $(CKERNELS)/include/*.h) Makefile
	@mkdir -p $(@D)
	@$(SANITIZED_CLANG) -c $< -o $@

# A module of the runtime, to be tested.
SANITIZED_MODULE = $(SANITIZED_SWIFTC) -enable-testing -wmo -module-name $(1) -emit-module \
  -emit-module-path $(SANITIZED)/$(1).swiftmodule -c -o $(SANITIZED)/$(1).o $$(find Sources/Runtime/$(1) -name '*.swift')

.PHONY: sanitized-tensors
sanitized-tensors:
	@mkdir -p $(SANITIZED)
	@$(call SANITIZED_MODULE,Tensors)

# Programs, with the seconds that those take which go on as long as they may. They are C, which is quick to build.
KERNEL_CHECKS := products:8 elementwise:8 moves:6 windows:5 rows:10 random:1 functions forks

.PHONY: sanitize-kernels
sanitize-kernels: $(SANITIZED_KERNELS) ## Check the kernels under sanitizers, and around a thousand forks.
	@for check in $(KERNEL_CHECKS); do program=$${check%:*}; \
	  $(SANITIZED_CLANG) -Wall -Wextra Tests/Kernels/$$program.c $(SANITIZED_KERNELS) -lm -lpthread -fuse-ld=lld \
	    -o $(SANITIZED)/$$program; \
	  $(SANITIZED)/$$program $$(expr "$$check" : '.*:\(.*\)'); done

# Forks are left out, as the emulator has a thread of its own.
ARM64 := .build/arm64
ARM64_CLANG := clang --target=aarch64-linux-gnu -isystem /usr/aarch64-linux-gnu/include -g -O2 -I $(CKERNELS)/include

.PHONY: check-arm64
check-arm64: $(SANITIZED_KERNELS) ## Compare with an emulated ARM processor (needs qemu-user and gcc-aarch64-linux-gnu).
	@mkdir -p $(ARM64)/kernels
	@for file in $(CKERNELS)/*.c; do $(ARM64_CLANG) -c $$file -o $(ARM64)/kernels/$$(basename $$file .c).o; done
	@for program in products elementwise moves windows rows random functions; do \
	  $(SANITIZED_CLANG) Tests/Kernels/$$program.c $(SANITIZED_KERNELS) -lm -lpthread -fuse-ld=lld \
	    -o $(SANITIZED)/$$program; \
	  $(ARM64_CLANG) Tests/Kernels/$$program.c $(ARM64)/kernels/*.o -static -lm -lpthread -fuse-ld=lld \
	    -o $(ARM64)/$$program; \
	  qemu-aarch64 $(ARM64)/$$program 0 > $(ARM64)/found; \
	  $(SANITIZED)/$$program 0 | diff - $(ARM64)/found; cat $(ARM64)/found; done

.PHONY: sanitize-tensors
sanitize-tensors: $(SANITIZED_KERNELS) sanitized-tensors ## Run the tests of tensors, and the reference's calls on every path, under sanitizers.
	@$(SANITIZED_SWIFTC) -wmo -module-name TensorsTests Tests/Kernels/tensors.swift $$(find Tests/Tensors -name '*.swift') \
	  $(SANITIZED)/Tensors.o $(SANITIZED_KERNELS) -o $(SANITIZED)/tensors
	@ASAN_OPTIONS=detect_leaks=0 $(SANITIZED)/tensors --no-parallel --quiet
	@for path in portable avx2 avx512; do echo "On the path $$path, where there is one:"; \
	  ASAN_OPTIONS=detect_leaks=0 LESSON_KERNELS=$$path $(SANITIZED)/tensors --no-parallel --quiet --filter Operations; done

.PHONY: sanitize-codecs
sanitize-codecs: setup ## Feed changed pictures to the codecs, under sanitizers (FUZZ_SECONDS=15).
	@mkdir -p $(SANITIZED)
	@$(SANITIZED_CLANG) -fuse-ld=lld $$(pkg-config --cflags libjpeg libpng) -Wall -Wextra Tests/Fuzzing/codecs.c $(CODECS)/*.c \
	  $$(pkg-config --libs libjpeg libpng) -o $(SANITIZED)/codecs
	@$(SANITIZED)/codecs $(FUZZ_SECONDS) $(FUZZ_SEED) $(REFERENCE)/pictures/*

.PHONY: sanitize-readers
sanitize-readers: setup $(SANITIZED_KERNELS) sanitized-tensors ## Feed changed model files to their readers, under sanitizers (FUZZ_SECONDS=15).
	@for file in $(CODECS)/*.c; do $(SANITIZED_CLANG) -c $$file -o $(SANITIZED)/$$(basename $$file .c).o; done
	@$(call SANITIZED_MODULE,NeuralNets)
	@$(call SANITIZED_MODULE,Models)
	@$(SANITIZED_SWIFTC) -o $(SANITIZED)/readers Tests/Fuzzing/readers.swift Tests/Models/Mutation.swift \
	  $(SANITIZED)/{Tensors,NeuralNets,Models,jpeg,png}.o $(SANITIZED_KERNELS) $$(pkg-config --libs libjpeg libpng)
	@ASAN_OPTIONS=detect_leaks=0 $(SANITIZED)/readers $(FUZZ_SECONDS) $(FUZZ_SEED) \
	  $(REFERENCE)/tiny/{model.safetensors,config.json,tokenizer.json,vocab.txt} \
	  $(REFERENCE)/tiny-sharded-bin/pytorch_model-00003-of-00003.bin $(REFERENCE)/pictures/{small.jpg,rgb.png}

.PHONY: lint
lint: ## Check the style of the Swift sources.
	@swift format lint --strict --recursive Package.swift Sources Tests Benchmarks/Package.swift Benchmarks/Sources

.PHONY: clean
clean: ## Remove all that was built.
	@rm -rf .build
