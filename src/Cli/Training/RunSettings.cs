namespace FastDPMeta.Cli.Training;

/// <summary>Where and how to run; nothing here changes what is learned but for rounding.</summary>
/// <param name="Device">As <c>best</c>, <c>cpu</c>, <c>cuda:0</c>.</param>
/// <param name="Threads">Worker threads on the CPU; 0 takes one per core.</param>
/// <param name="DataFolder">Where data lies, or null for the cache.</param>
/// <param name="OutputFolder">Where the run goes.</param>
/// <param name="Json">End standard output with one JSON object.</param>
/// <param name="Resume">Go on from the checkpoint in the folder.</param>
/// <param name="Force">Overwrite a run in the folder.</param>
/// <param name="Witness">Where the ledger's witness is, or null for none.</param>
internal sealed record RunSettings(string Device, int Threads, string? DataFolder, string OutputFolder, bool Json, bool Resume, bool Force, string? Witness = null);
