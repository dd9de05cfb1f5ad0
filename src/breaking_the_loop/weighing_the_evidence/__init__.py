"""What a small trial can tell: exact inference, and virtual trials to run again by the thousand.

Counts are the published ones (`rodriguez2013_rct`, `bloch2012_open`, `sharma2020_series`).
`counts` has exact inference with SciPy and statsmodels, `designs` power and selection, `virtual`
the virtual trial and its estimators, and `sweeps` runs it over many settings and workers.
`beliefs`, `repetition`, `sums` and `planning` say in the functions of `model.maths` what a living
figure computes in the browser.
"""

from breaking_the_loop.evidence.counts import (
    Comparison,
    Hierarchy,
    Replication,
    clopper_pearson,
    compare_arms,
    fisher_grid,
    hierarchical,
    homogeneity,
    largest_size,
    matching_counts,
    matching_sizes,
    most_likely_conflict,
    patients_to_see_one,
    posterior,
    probability_higher,
    replicate,
    upper_limit_after_none,
)
from breaking_the_loop.evidence.normal import normal_cdf, normal_density, normal_quantile
from breaking_the_loop.weighing_the_evidence.beliefs import (
    compare_beliefs,
    conditional_test,
    intervals,
    plausibility,
)
from breaking_the_loop.weighing_the_evidence.designs import (
    design_analysis,
    design_analysis_t,
    patients_per_arm,
    regression_to_mean,
    screening,
    smallest_difference,
    t_test_power,
)
from breaking_the_loop.weighing_the_evidence.planning import planned_trial
from breaking_the_loop.weighing_the_evidence.repetition import fifteen, outcome, repeats
from breaking_the_loop.weighing_the_evidence.sums import ESTIMATORS, crossover_sums, estimate
from breaking_the_loop.weighing_the_evidence.sweeps import Summary, sweep
from breaking_the_loop.weighing_the_evidence.unblinding import chain as unblinding_chain
from breaking_the_loop.weighing_the_evidence.unseen import unseen
from breaking_the_loop.weighing_the_evidence.virtual import (
    RATINGS,
    WORDS,
    Estimate,
    Trials,
    crossover,
    estimates,
    expected_estimates,
    simulate,
    two_stage,
)

__all__ = [
    "ESTIMATORS",
    "RATINGS",
    "WORDS",
    "Comparison",
    "Estimate",
    "Hierarchy",
    "Replication",
    "Summary",
    "Trials",
    "clopper_pearson",
    "compare_arms",
    "compare_beliefs",
    "conditional_test",
    "crossover",
    "crossover_sums",
    "design_analysis",
    "design_analysis_t",
    "estimate",
    "estimates",
    "expected_estimates",
    "fifteen",
    "fisher_grid",
    "hierarchical",
    "homogeneity",
    "intervals",
    "largest_size",
    "matching_counts",
    "matching_sizes",
    "most_likely_conflict",
    "normal_cdf",
    "normal_density",
    "normal_quantile",
    "outcome",
    "patients_per_arm",
    "patients_to_see_one",
    "planned_trial",
    "plausibility",
    "posterior",
    "probability_higher",
    "regression_to_mean",
    "repeats",
    "replicate",
    "screening",
    "simulate",
    "smallest_difference",
    "sweep",
    "t_test_power",
    "two_stage",
    "unblinding_chain",
    "unseen",
    "upper_limit_after_none",
]
