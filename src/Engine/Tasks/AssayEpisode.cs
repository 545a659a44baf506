namespace FastDPMeta.Engine.Tasks;

/// <summary>One few-shot problem of an assay: a few compounds with known outcome, and those to rank.</summary>
/// <param name="Assay">Which assay.</param>
/// <param name="Actives">Support compounds that are active.</param>
/// <param name="Inactives">Support compounds that are inactive.</param>
/// <param name="Queries">All other structures that the assay measured.</param>
public sealed record AssayEpisode(int Assay, IReadOnlyList<int> Actives, IReadOnlyList<int> Inactives, IReadOnlyList<int> Queries);
