using FastDPMeta.Engine.Ir;

namespace FastDPMeta.Privacy.Training;

/// <summary>Where the data of the privacy units comes from: unit number in, numbers out.</summary>
public interface IUnitSource
{
    /// <summary>Shapes of one unit's data arguments, in the order the objective takes them, without the unit axis.</summary>
    IReadOnlyList<Shape> Shapes { get; }

    /// <summary>
    /// Writes one data argument of one unit. Called from several threads for different units at once; must not allocate if rounds are not to allocate.
    /// </summary>
    /// <param name="unit">From 0 to population - 1.</param>
    /// <param name="arguments">One row-major buffer per data argument, laid one after another in the order of <see cref="Shapes"/>.</param>
    void Fill(int unit, UnitBuffers arguments);
}

/// <summary>The buffers one unit's data is written to.</summary>
public readonly ref struct UnitBuffers
{
    private readonly UnitRows _rows;
    private readonly int _row;

    internal UnitBuffers(UnitRows rows, int row)
    {
        _rows = rows;
        _row = row;
    }

    /// <summary>The buffer of data argument <paramref name="argument"/>, row-major, as long as its shape has elements.</summary>
    /// <param name="argument">Index into <see cref="IUnitSource.Shapes"/>.</param>
    public Span<float> this[int argument] => _rows.Row(argument, _row);
}
