// The views that a page may name. Names stand in C++ too: reports/output.
import {view as causes} from "./charts/causes.js";
import {view as cpuTimes} from "./charts/cpu_times.js";
import {view as differences} from "./charts/differences.js";
import {view as passCurve} from "./charts/pass_curve.js";
import {view as lines} from "./charts/lines.js";
import {view as flips} from "./comparison/flips.js";
import {view as fillHeat} from "./decoding/fill_heat.js";
import {view as replay} from "./decoding/replay.js";
import {view as problems} from "./problems/problems.js";

export const views = {
  "pass-curve": passCurve,
  causes,
  "cpu-times": cpuTimes,
  problems,
  differences,
  flips,
  lines,
  "fill-heat": fillHeat,
  replay,
};
