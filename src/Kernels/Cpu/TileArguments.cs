namespace FastDPMeta.Kernels.Cpu;

/// <summary>
/// What one call of a tile kernel works on. Addresses and strides in bytes. A tile kernel computes
/// <c>C[r, n] (+)= Σ_k A[r, k]·B[k, n]</c> for a fixed number of rows and columns.
/// </summary>
internal struct TileArguments
{
    /// <summary>First element of A's rows.</summary>
    public nint A;

    /// <summary>From one row of A to the next.</summary>
    public nint ARow;

    /// <summary>From one k to the next in A; unused by dot kernels, whose k is contiguous.</summary>
    public nint ADepth;

    /// <summary>First element of B's columns.</summary>
    public nint B;

    /// <summary>Tiles: from one k to the next in B, whose columns are contiguous. Dots: from one column to the next, whose k are contiguous.</summary>
    public nint BStride;

    /// <summary>First element of C.</summary>
    public nint C;

    /// <summary>From one row of C to the next.</summary>
    public nint CRow;

    /// <summary>Dots: from one column of C to the next; tiles write contiguous columns.</summary>
    public nint CColumn;

    /// <summary>Terms of each sum, at least 1; in an indexed tile those of one segment.</summary>
    public nint Depth;

    /// <summary>Indexed tiles: the address of an address for each row of A.</summary>
    public nint Lines;

    /// <summary>Indexed tiles: the address of an offset in bytes for each segment of terms, added to every row of A.</summary>
    public nint Segments;

    /// <summary>Indexed tiles: number of segments, at least 1.</summary>
    public nint SegmentCount;
}
