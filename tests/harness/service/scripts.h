#pragma once
/// Scripts as open-r1's and ml-diffucoder's trainers form them, and verl's requests.
#include <string>
#include <vector>

namespace assay::tests {

/// repr() of text in quotes that no text here holds.
inline std::string python_literal(const std::string& text) {
  std::string literal = "'";
  for (const char c : text) {
    if (c == '\n')
      literal += "\\n";
    else if (c == '\\' || c == '\'')
      literal += {'\\', c};
    else
      literal += c;
  }
  return literal + "'";
}

inline std::string rate_helper(const std::string& run, const std::string& verdict, const std::string& margin) {
  const char* lines[] = {"import subprocess",
                         "import json",
                         "",
                         "def evaluate_code(code, test_cases):",
                         "    passed = 0",
                         "    total = len(test_cases)",
                         "    exec_timeout = 5",
                         "",
                         "    for case in test_cases:",
                         "        process = subprocess.run("};
  std::string text = "\n";
  for (const char* line : lines) text += margin + line + "\n";
  text += run;
  text += margin + "        )\n\n";
  text += margin + "        if process.returncode != 0:  # Error in execution\n" + margin + "            continue\n\n";
  return text + verdict + margin + "    success_rate = (passed / total)\n" + margin + "    return success_rate\n\n";
}

/// ml-diffucoder's, at the left margin: cases are asserts, the rate is printed.
inline std::string diffucoder_script(const std::string& program, const std::vector<std::string>& tests) {
  std::string cases;
  for (const auto& test : tests) cases += (cases.empty() ? "" : ", ") + python_literal(test);
  return rate_helper(
             "            [\"python3\", \"-c\", f\"{code}\\n{case}\"],\n            text=True,\n"
             "            capture_output=True,\n            timeout=exec_timeout\n",
             "        # If we get here, the assertion passed (no error)\n        passed += 1\n\n", "") +
         "code_snippet = " + python_literal(program) + "\ntest_cases = [" + cases +
         "]\nrate = evaluate_code(code_snippet, test_cases)\nprint(\"__PASS_RATE__\", rate)\n";
}

/// open-r1's, indented: cases are input and output, the rate is the last line's value. `cases` is JSON.
inline std::string open_r1_script(const std::string& program, const std::string& cases) {
  const std::string in = "    ";
  return rate_helper(in + "            [\"python3\", \"-c\", code],\n" + in + "            input=case[\"input\"],\n" +
                         in + "            text=True,\n" + in + "            capture_output=True,\n" + in +
                         "            timeout=exec_timeout\n",
                     in + "        output = process.stdout.strip()\n\n" + in + "        all_correct = True\n" + in +
                         "        for line1, line2 in zip(output.split('\\n'), case['output'].split('\\n')):\n" + in +
                         "            all_correct = all_correct and line1.strip() == line2.strip()\n\n" + in +
                         "        if all_correct:\n" + in + "            passed += 1\n\n",
                     in) +
         in + "code_snippet = " + python_literal(program) + "\n" + in + "test_cases = json.loads(" +
         python_literal(cases) + ")\n\n" + in + "evaluate_code(code_snippet, test_cases)\n    ";
}

/// verl's code for one of `assert_case`.
inline std::string verl_assert(const std::string& program, const std::string& test) { return program + "\n\n" + test; }

/// verl's, for a case of a function: a host of imports, the sample, and a call with what stdin holds.
inline std::string function_wrapper(const std::string& program, const std::string& function) {
  std::string text = "\nimport traceback\n";
  for (const char* module : {"string", "re", "collections", "math", "functools", "io", "sys", "json", "typing"})
    text += std::string("from ") + module + " import *\n";
  for (const char* module : {"string", "re", "sys", "json"}) text += std::string("import ") + module + "\n";
  text += "\n# === User's Original Code START ===\n" + program + "\n# === User's Original Code END ===\n\n";
  text += "_SANDBOX_FN_NAME = \"" + function + "\"\n\ndef _execute_user_function():\n";
  for (const char* line : {"# --- Input Parsing ---",
                           "_raw_input_str = sys.stdin.read()",
                           "_args = []",
                           "if _raw_input_str.strip():",
                           "    try:",
                           "        _args = [json.loads(line) for line in _raw_input_str.split('\\n')]",
                           "    except json.JSONDecodeError:",
                           "        return None, True",
                           "",
                           "try:",
                           "    _target_callable = None",
                           "    if _SANDBOX_FN_NAME in globals():",
                           "        _target_callable = globals()[_SANDBOX_FN_NAME]",
                           "    elif 'Solution' in globals():",
                           "        _target_callable = getattr(Solution(), _SANDBOX_FN_NAME)",
                           "    _fn_result = _target_callable(*_args)",
                           "    return _fn_result, False",
                           "except Exception:",
                           "    sys.stderr.write(traceback.format_exc())",
                           "    return None, True"})
    text += std::string(*line == 0 ? "" : "    ") + line + "\n";
  return text +
         "\nif __name__ == '__main__':\n    _result, _error_occurred = _execute_user_function()\n\n"
         "    if not _error_occurred:\n        # Serialize result to stdout\n"
         "        if isinstance(_result, (dict, list, tuple)) or _result is None or isinstance(_result, bool):\n"
         "            print(json.dumps(_result))\n        else:\n            print(str(_result))\n"
         "    # Optional: exit with an error code\n    # else:\n    #    sys.exit(1)\n";
}

}  // namespace assay::tests
