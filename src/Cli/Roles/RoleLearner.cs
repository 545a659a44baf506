namespace FastDPMeta.Cli.Roles;

/// <summary>How roles are learned; the names are those of <c>--learner</c>.</summary>
internal enum RoleLearner
{
    /// <summary>Model-agnostic meta-learning, first order.</summary>
    Fomaml,

    /// <summary>The same with the exact derivative through the inner steps.</summary>
    Maml,

    /// <summary>Reptile.</summary>
    Reptile,

    /// <summary>MAML whose inner steps change the last layer alone.</summary>
    Anil,

    /// <summary>One model of all roles, without meta-learning.</summary>
    Joint,
}
