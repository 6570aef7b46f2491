"""Calls /run_code by SandboxFusion's own client, whose models the answers must fit. Run as: fusion_client.py ADDRESS"""

import sys

import sandbox_fusion as sf  # type: ignore[import-not-found]


def run(language: str, code: str, **more: object) -> sf.RunCodeResponse:
    return sf.run_code(sf.RunCodeRequest(language=language, code=code, **more), max_attempts=1)


def main() -> None:
    sf.set_endpoint(sys.argv[1])
    said = run("python", "print(input())", stdin="hi\n", run_timeout=3)
    assert said.status == sf.RunStatus.Success and said.run_result.stdout == "hi\n", said
    failed = run("python", "1 / 0")
    assert failed.status == sf.RunStatus.Failed and "ZeroDivisionError" in failed.run_result.stderr, failed
    late = run("python", "while True: pass", run_timeout=0.5)
    assert late.run_result.status == sf.CommandRunStatus.TimeLimitExceeded and late.run_result.return_code is None, late
    files = run("bash", "tr a b < d/in > out", files={"d/in": "YWE="}, fetch_files=["out"])
    assert files.files == {"out": "YmI="}, files
    program = run("cpp", "int main() { return 3; }")
    if "is not on this machine" not in program.message:
        assert program.compile_result.return_code == 0 and program.run_result.return_code == 3, program
    try:
        run("ruby", "1")
    except Exception as error:  # its client makes one of each SandboxError
        assert "not served" in str(error) or "RetryError" in type(error).__name__, error
    else:
        raise AssertionError("ruby is not served")
    print("held")


main()
