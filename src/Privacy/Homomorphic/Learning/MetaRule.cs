namespace FastDPMeta.Privacy.Homomorphic.Learning;

/// <summary>How the start weights follow from adapted weights.</summary>
public enum MetaRule
{
    /// <summary>Towards the mean of the adapted weights: θ + β·mean(w - θ) (Nichol, Achiam, Schulman 2018). One level a round beside the inner steps.</summary>
    Reptile,

    /// <summary>
    /// Against the mean gradient of the query loss at the adapted weights: θ - β·mean(G_q·w - r_q) (first-order MAML, Finn, Abbeel, Levine 2017). Two
    /// levels a round beside the inner steps.
    /// </summary>
    FirstOrderMaml,
}
