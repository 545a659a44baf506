namespace FastDPMeta.Privacy.Planning;

/// <summary>What of a network is learned from people under privacy; the rest is fixed, or comes from public data.</summary>
public enum AdaptationKind
{
    /// <summary>Everything.</summary>
    Full,

    /// <summary>A low-rank change of each layer's matrix (Hu et al. 2022, LoRA).</summary>
    LowRank,

    /// <summary>A gain and a shift for every unit (Perez et al. 2018, FiLM).</summary>
    Film,

    /// <summary>The biases alone (Ben Zaken et al. 2022, BitFit).</summary>
    Bias,

    /// <summary>The last layer, or the prior of a closed-form head over fixed features.</summary>
    Head,

    /// <summary>Nothing: new tasks are solved by comparing with their support in a fixed embedding, as prototypes do (Snell et al. 2017).</summary>
    Metric,
}
