namespace FastDPMeta.Cli.Molecules;

/// <summary>What ε protects in a collection of molecules, and with it what is trained.</summary>
internal enum MoleculeUnit
{
    /// <summary>A compound with all that every assay found of it: a network predicts all training assays at once, one compound being one example.</summary>
    Compound,

    /// <summary>An assay with all that it found: an embedding is meta-trained, one assay being one task.</summary>
    Assay,
}
