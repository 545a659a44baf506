namespace FastDPMeta.Engine.Transforms;

/// <summary>How a result depends on the rows of a labelled axis.</summary>
public enum RowDependence
{
    /// <summary>On no row.</summary>
    None,

    /// <summary>Each row of the result on its own row.</summary>
    OwnRow,

    /// <summary>On all rows, through sums of clipped contributions.</summary>
    ClippedSum,

    /// <summary>On all rows, through sums that bound no row's influence.</summary>
    UnboundedSum,
}
