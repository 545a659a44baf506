namespace FastDPMeta.Cli.Molecules;

/// <summary>By which rule a network of fingerprints is updated.</summary>
internal enum MoleculeOptimizer
{
    /// <summary>Adam with decoupled weight decay: the fastest without privacy.</summary>
    Adam,

    /// <summary>
    /// Plain steps with momentum: the choice under noise. Adam makes every coordinate's step equally long, so that the many that hold only noise move as far as the few
    /// that hold a signal.
    /// </summary>
    Sgd,
}
