namespace FastDPMeta.Engine.Tasks;

/// <summary>The split of Vinyals et al. (2016) as published with prototypical networks (Snell et al. 2017).</summary>
public enum VinyalsSplit
{
    /// <summary>1,028 characters.</summary>
    Train,

    /// <summary>172 characters.</summary>
    Validation,

    /// <summary>423 characters.</summary>
    Test,
}
