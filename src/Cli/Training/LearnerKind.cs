namespace FastDPMeta.Cli.Training;

/// <summary>How it is learned; the names are those of <c>--learner</c>.</summary>
internal enum LearnerKind
{
    /// <summary>Model-agnostic meta-learning, second order (Finn et al. 2017).</summary>
    Maml,

    /// <summary>Its first-order form.</summary>
    Fomaml,

    /// <summary>Reptile (Nichol et al. 2018).</summary>
    Reptile,

    /// <summary>Prototypical networks (Snell et al. 2017); classification only.</summary>
    Protonet,

    /// <summary>Plain training on everything pooled, then fine-tuning; the one whose unit may be the example.</summary>
    Joint,

    /// <summary>Plain training by gradient steps with momentum; MNIST only.</summary>
    Sgd,

    /// <summary>Plain training by Adam; MNIST only.</summary>
    Adam,
}
