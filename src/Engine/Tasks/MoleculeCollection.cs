namespace FastDPMeta.Engine.Tasks;

/// <summary>Collections of compounds and assays whose files are known byte by byte.</summary>
public enum MoleculeCollection
{
    /// <summary>8,595 compounds, 585 assays of the EPA's ToxCast (Richard et al. 2016), split by the assays' source.</summary>
    ToxCast,

    /// <summary>8,014 compounds, 12 assays of the Tox21 challenge (Huang et al. 2016): nine to train on and three to test, as Altae-Tran et al. (2017) split them.</summary>
    Tox21,

    /// <summary>1,427 drugs, 27 classes of side effects (SIDER 4.1, Kuhn et al. 2016): 21 to train on and six to test, as Altae-Tran et al. (2017) split them.</summary>
    Sider,
}
