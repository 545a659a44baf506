using System.Runtime.Intrinsics.Arm;
using System.Runtime.Intrinsics.X86;

namespace FastDPMeta.Kernels.Cpu;

/// <summary>The sizes of a <see cref="CpuWinograd{TLane, TVector}"/>. Depends on the problem and the width only.</summary>
/// <param name="Rows">Tiles of a register tile.</param>
/// <param name="Vectors">Vectors of filters of a register tile.</param>
/// <param name="Columns">The same in filters.</param>
/// <param name="Tiles">Tiles of a block, a multiple of the rows.</param>
internal sealed record WinogradPlan(int Rows, int Vectors, int Columns, int Tiles)
{
    // Pixels and outputs of a block: a quarter of a megabyte, beside the weights in a level-2 cache.
    private const long BlockFloats = 64 * 1024;

    // Weights that are too large for the caches are read once for every block, which so many tiles pay for.
    private const int FewestTiles = 24;

    private const int MostRows = 12;

    /// <summary>Sizes for a convolution.</summary>
    /// <param name="problem">The convolution.</param>
    /// <param name="vectorBits">512, 256 or 128.</param>
    public static WinogradPlan Choose(WinogradProblem problem, int vectorBits)
    {
        // 16 vector registers before AVX-512; 32 with it (at every width) and on Arm.
        bool hasMany = Avx512F.VL.IsSupported || AdvSimd.Arm64.IsSupported;
        int width = vectorBits / (8 * sizeof(float));
        int all = DivideUp(problem.Filters, width);
        int vectors = DivideUp(all, DivideUp(all, hasMany ? 4 : 2));
        int rows = Math.Min(MostRows, ((hasMany ? 32 : 16) - 1 - vectors) / vectors);
        long perTile = WinogradTransform<Scalar.Lane128, System.Runtime.Intrinsics.Vector128<float>>.Planes * ((long)problem.Channels + problem.Filters);
        long tiles = Math.Min(Math.Max(FewestTiles, BlockFloats / perTile), problem.Tiles);
        return new WinogradPlan(rows, vectors, vectors * width, DivideUp((int)tiles, rows) * rows);
    }

    private static int DivideUp(int count, int size) => (count + size - 1) / size;
}
