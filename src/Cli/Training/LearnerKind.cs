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

    /// <summary>MAML with a learned rate for every number (Li et al. 2017).</summary>
    MetaSgd,

    /// <summary>MAML whose inner steps change the head alone (Raghu et al. 2020).</summary>
    Anil,

    /// <summary>MAML whose inner steps leave the head (Oh et al. 2021).</summary>
    Boil,

    /// <summary>Inner steps on a context vector alone (Zintgraf et al. 2019); sinusoid only.</summary>
    Cavia,

    /// <summary>MAML with learned rates for every array and step and losses after every step (Antoniou et al. 2019).</summary>
    MamlPlusPlus,

    /// <summary>MAML with learned transformations of inner gradients (Park and Oliva 2019).</summary>
    MetaCurvature,

    /// <summary>Implicit gradients (Rajeswaran et al. 2019).</summary>
    Imaml,

    /// <summary>MAML by evolution strategies, without an outer derivative (Song et al. 2020).</summary>
    Evolution,

    /// <summary>Ridge regression on embeddings, R2-D2 (Bertinetto et al. 2019).</summary>
    Ridge,

    /// <summary>Conditional neural process (Garnelo et al. 2018); sinusoid only.</summary>
    Cnp,

    /// <summary>Attentive neural process (Kim et al. 2019); sinusoid only.</summary>
    Anp,

    /// <summary>Memory-augmented network (Santoro et al. 2016); sinusoid only.</summary>
    Memory,

    /// <summary>Attention over the task as a sequence (Mishra et al. 2018); sinusoid only.</summary>
    Snail,

    /// <summary>The support set generates the weights (Ha et al. 2017).</summary>
    Hypernetwork,

    /// <summary>The support set generates a gain and a shift for every feature (Perez et al. 2018).</summary>
    Film,

    /// <summary>Matching networks (Vinyals et al. 2016).</summary>
    Matching,

    /// <summary>Relation networks (Sung et al. 2018); classification only.</summary>
    Relation,

    /// <summary>Plain training by gradient steps with momentum; MNIST only.</summary>
    Sgd,

    /// <summary>Plain training by Adam; MNIST only.</summary>
    Adam,
}
