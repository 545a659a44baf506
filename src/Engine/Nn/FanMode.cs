namespace FastDPMeta.Engine.Nn;

/// <summary>Which of a layer's fans an initialiser scales by.</summary>
public enum FanMode
{
    /// <summary>Inputs that feed one output: keeps the variance of activations.</summary>
    In,

    /// <summary>Outputs that one input feeds: keeps the variance of gradients.</summary>
    Out,

    /// <summary>Their mean.</summary>
    Average,
}
