using System.Globalization;

namespace FastDPMeta.Privacy.Homomorphic.Learning;

/// <summary>
/// Tasks as ciphertexts: the diagonals of all their G, and their r. Values are bounded by <see cref="Bound"/>, which is public, and not by the data's own
/// largest value.
/// </summary>
public sealed class EncryptedTasks
{
    /// <summary>What every element of G and r must stay within.</summary>
    public const double Bound = 8;

    /// <summary>What the absolute values in every row of G must sum up to at most; it bounds G's eigenvalues (Gershgorin), and so how errors of weights grow.</summary>
    public const double RowBound = 5;

    /// <summary>From ciphertexts as <see cref="Encrypt"/> made them.</summary>
    /// <param name="packing">Where tasks lie.</param>
    /// <param name="count">How many tasks there are.</param>
    /// <param name="diagonals">One ciphertext a feature.</param>
    /// <param name="moments">One ciphertext.</param>
    /// <exception cref="ArgumentException">The counts do not fit.</exception>
    public EncryptedTasks(TaskPacking packing, int count, IReadOnlyList<CkksCiphertext> diagonals, CkksCiphertext moments)
    {
        ArgumentNullException.ThrowIfNull(packing);
        ArgumentNullException.ThrowIfNull(diagonals);
        new ArgumentErrors("EncryptedTasks")
            .Require(count >= 1 && count <= packing.Capacity, nameof(count), count, $"must lie in [1, {packing.Capacity}]", "Use more slots or fewer tasks.")
            .Require(diagonals.Count == packing.Features, nameof(diagonals), diagonals.Count, $"must be {packing.Features}, one a feature", "Bring all files of the tasks.")
            .Throw();
        (Packing, Count, Diagonals, Moments) = (packing, count, [.. diagonals], moments);
    }

    /// <summary>Where tasks lie.</summary>
    public TaskPacking Packing { get; }

    /// <summary>How many there are; public.</summary>
    public int Count { get; }

    /// <summary>Ciphertext k holds G(i, i + k).</summary>
    public IReadOnlyList<CkksCiphertext> Diagonals { get; }

    /// <summary>r.</summary>
    public CkksCiphertext Moments { get; }

    /// <summary>Encrypts tasks with their owner's key: the diagonals in order, and last r. Each stands for itself, to be written to a file.</summary>
    /// <param name="secret">The owner's key.</param>
    /// <param name="packing">Where tasks lie.</param>
    /// <param name="tasks">At most <see cref="TaskPacking.Capacity"/>.</param>
    /// <exception cref="ArgumentException">Too many tasks, an element exceeds <see cref="Bound"/>, or a row's sum <see cref="RowBound"/>.</exception>
    public static IEnumerable<SeededCiphertext> Encrypt(CkksSecretKey secret, TaskPacking packing, IReadOnlyList<GramTask> tasks)
    {
        ArgumentNullException.ThrowIfNull(secret);
        ArgumentNullException.ThrowIfNull(packing);
        double row = tasks.Max(task => task.LargestRow);
        if (row > RowBound)
        {
            throw new ArgumentException(string.Create(CultureInfo.InvariantCulture, $"EncryptedTasks: rows of absolute values must sum up to at most {RowBound}; got {row:G3}. Scale features down."));
        }

        for (int diagonal = 0; diagonal <= packing.Features; diagonal++)
        {
            double[] slots = diagonal < packing.Features ? packing.Diagonal(tasks, diagonal) : packing.Moments(tasks);
            double most = slots.Max(Math.Abs);
            if (most > Bound)
            {
                throw new ArgumentException(string.Create(CultureInfo.InvariantCulture, $"EncryptedTasks: sums must stay within {Bound}; got {most:G3}. Scale features and targets down."));
            }

            yield return secret.Encrypt(CkksEncoder.Encode(packing.Parameters, slots).StateMagnitude(Bound));
        }
    }
}
