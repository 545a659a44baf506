using System.Globalization;

namespace FastDPMeta.Privacy.Homomorphic;

/// <summary>
/// A plain square matrix to multiply encrypted vectors with: y = Σ_k diagonal_k ⊙ rotate(x, k) (Halevi, Shoup 2014), in baby and giant steps, so that n
/// diagonals take about 2√n rotations, the baby ones hoisted.
/// The vector stands in the slots again and again: slot i holds x(i mod n).
/// </summary>
public sealed class SlotMatrix
{
    private readonly double[,] _matrix;
    private readonly int _size;
    private readonly int _baby;

    /// <summary>A matrix.</summary>
    /// <param name="parameters">Gives the slots.</param>
    /// <param name="matrix">[row, column], n × n; n divides the number of slots.</param>
    /// <exception cref="ArgumentException">It does not, or an element is not finite.</exception>
    public SlotMatrix(CkksParameters parameters, double[,] matrix)
    {
        ArgumentNullException.ThrowIfNull(parameters);
        ArgumentNullException.ThrowIfNull(matrix);
        _size = matrix.GetLength(0);
        new ArgumentErrors("SlotMatrix")
            .Require(
                _size >= 1 && matrix.GetLength(1) == _size && parameters.Slots % _size == 0,
                nameof(matrix),
                string.Create(CultureInfo.InvariantCulture, $"{_size} × {matrix.GetLength(1)}"),
                $"must be square with a size that divides {parameters.Slots}",
                "Pad with zeros to a power of two.")
            .Require(matrix.Cast<double>().All(double.IsFinite), nameof(matrix), "other", "must have finite elements", "Check the data.")
            .Throw();
        (Parameters, _matrix) = (parameters, (double[,])matrix.Clone());
        _baby = 1;
        while (_baby * _baby < _size)
        {
            _baby *= 2;
        }
    }

    /// <summary>What it is for.</summary>
    public CkksParameters Parameters { get; }

    /// <summary>Rotations that <see cref="Multiply"/> takes, for the evaluation keys.</summary>
    public IReadOnlyList<int> Rotations =>
        [.. Enumerable.Range(1, Math.Min(_baby, _size) - 1), .. Enumerable.Range(1, Math.Max(0, ((_size + _baby - 1) / _baby) - 1)).Select(giant => giant * _baby)];

    /// <summary>Matrix times vector; one level less, the same scale.</summary>
    /// <param name="evaluator">With keys for <see cref="Rotations"/>.</param>
    /// <param name="x">The vector, again and again.</param>
    /// <exception cref="CkksException">No level or key is there, or parameters do not fit.</exception>
    public CkksCiphertext Multiply(CkksEvaluator evaluator, CkksCiphertext x)
    {
        ArgumentNullException.ThrowIfNull(evaluator);
        ArgumentNullException.ThrowIfNull(x);
        int baby = Math.Min(_baby, _size);
        double scale = evaluator.RescalingPrime(Math.Max(1, x.Level));
        CkksCiphertext[] rotated = evaluator.RotateMany(x, [.. Enumerable.Range(0, baby)]);
        CkksCiphertext? sum = null;
        for (int giant = 0; giant < _size; giant += baby)
        {
            CkksCiphertext? part = null;
            for (int step = 0; step < baby && giant + step < _size; step++)
            {
                CkksPlaintext diagonal = CkksEncoder.Encode(Parameters, Diagonal(giant + step, giant), x.Level, scale);
                CkksCiphertext product = evaluator.Multiply(rotated[step], diagonal);
                part = part is null ? product : evaluator.Add(part, product);
            }

            CkksCiphertext moved = evaluator.Rotate(part!, giant);
            sum = sum is null ? moved : evaluator.Add(sum, moved);
        }

        return evaluator.Rescale(sum!);
    }

    /// <summary>Diagonal k turned back by the giant step that its product will be turned forward by.</summary>
    private double[] Diagonal(int diagonal, int giant)
    {
        double[] slots = new double[Parameters.Slots];
        for (int i = 0; i < slots.Length; i++)
        {
            int row = (i - giant + slots.Length) % slots.Length % _size;
            slots[i] = _matrix[row, (row + diagonal) % _size];
        }

        return slots;
    }
}
