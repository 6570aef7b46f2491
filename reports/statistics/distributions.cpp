#include "reports/statistics/distributions.h"

#include <boost/math/distributions/beta.hpp>
#include <boost/math/distributions/binomial.hpp>
#include <boost/math/distributions/normal.hpp>
#include <boost/math/distributions/students_t.hpp>

namespace assay::reports {
namespace {

using namespace boost::math::policies;

// What is out of range gives NaN or infinity, as in <cmath>: nothing here throws.
using Quiet = policy<domain_error<ignore_error>, pole_error<ignore_error>, overflow_error<ignore_error>,
                     underflow_error<ignore_error>, evaluation_error<ignore_error>>;

}  // namespace

double normal_cdf(double x) { return boost::math::cdf(boost::math::normal_distribution<double, Quiet>(), x); }

double normal_quantile(double p) { return boost::math::quantile(boost::math::normal_distribution<double, Quiet>(), p); }

double student_quantile(double p, double degrees) {
  return boost::math::quantile(boost::math::students_t_distribution<double, Quiet>(degrees), p);
}

double student_two_sided_p(double t, double degrees) {
  const boost::math::students_t_distribution<double, Quiet> distribution(degrees);
  return 2 * boost::math::cdf(boost::math::complement(distribution, t < 0 ? -t : t));
}

double beta_quantile(double p, double a, double b) {
  return boost::math::quantile(boost::math::beta_distribution<double, Quiet>(a, b), p);
}

double binomial_probability(std::uint64_t n, double p, std::uint64_t x) {
  return boost::math::pdf(boost::math::binomial_distribution<double, Quiet>(static_cast<double>(n), p),
                          static_cast<double>(x));
}

double binomial_upper_tail(std::uint64_t n, double p, std::uint64_t x) {
  if (x == 0) return 1;
  if (x > n) return 0;
  const boost::math::binomial_distribution<double, Quiet> distribution(static_cast<double>(n), p);
  return boost::math::cdf(boost::math::complement(distribution, static_cast<double>(x - 1)));
}

double two_sided_z(double level) { return normal_quantile((1 + level) / 2); }

}  // namespace assay::reports
