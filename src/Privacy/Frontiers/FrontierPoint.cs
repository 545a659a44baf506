using FastDPMeta.Privacy.Accounting.Certified;

namespace FastDPMeta.Privacy.Frontiers;

/// <summary>A budget and what it buys.</summary>
/// <param name="Epsilon">The budget ε of each training; ∞ without privacy.</param>
/// <param name="Value">The metric over the keys that are done.</param>
/// <param name="Seconds">Mean time of a training.</param>
/// <param name="Together">ε of all trainings at this budget, published together: larger than the budget of one. Null without privacy.</param>
public sealed record FrontierPoint(double Epsilon, MeanInterval Value, double Seconds, EpsilonInterval? Together);
