namespace FastDPMeta.Kernels.Cpu;

/// <summary>Identifies one tile kernel.</summary>
/// <param name="IsDot">Whether vectors run along k (dot products) rather than along the columns.</param>
/// <param name="VectorBits">512, 256 or 128.</param>
/// <param name="Rows">Rows of the tile.</param>
/// <param name="Vectors">Vectors of columns; for a dot the number of columns.</param>
/// <param name="Last">Columns stored of the last vector; 0 for a dot.</param>
/// <param name="Accumulate">Whether C is added to.</param>
/// <param name="IsIndexed">Whether rows of A have addresses of their own and its terms come in segments.</param>
internal readonly record struct TileShape(bool IsDot, int VectorBits, int Rows, int Vectors, int Last, bool Accumulate, bool IsIndexed = false)
{
    /// <summary>Floats of a vector.</summary>
    public int Width => VectorBits / (8 * sizeof(float));
}
