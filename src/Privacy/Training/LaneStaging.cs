using FastDPMeta.Engine.Compile;
using FastDPMeta.Engine.Ir;

namespace FastDPMeta.Privacy.Training;

/// <summary>One lane's host buffers for a chunk: data of up to <c>chunk</c> units and the mask that says which rows are real.</summary>
internal sealed class LaneStaging
{
    private readonly float[][] _data;
    private readonly int[] _sizes;
    private readonly float[] _mask;

    public LaneStaging(StepSpec spec)
    {
        Shape[] shapes = spec.DataShapes;
        _sizes = [.. shapes.Select(shape => shape.Count)];
        _data = [.. _sizes.Select(size => new float[size * spec.Chunk])];
        _mask = new float[spec.Chunk];
    }

    /// <summary>
    /// Fills the rows of <paramref name="units"/> and marks them real. Padding rows keep old numbers: the mask zeroes them after the clip.
    /// </summary>
    public void Fill(IUnitSource source, ReadOnlySpan<int> units)
    {
        for (int row = 0; row < units.Length; row++)
        {
            // A source that writes less than the whole row must not leave another unit's data in it.
            for (int i = 0; i < _data.Length; i++)
            {
                _data[i].AsSpan(row * _sizes[i], _sizes[i]).Clear();
            }

            source.Fill(units[row], new UnitBuffers(_data, _sizes, row));
        }

        _mask.AsSpan(0, units.Length).Fill(1);
        _mask.AsSpan(units.Length).Clear();
    }

    /// <summary>Copies the chunk to the lane.</summary>
    public void Upload(BoundArena arena, StepPrograms programs, int lane)
    {
        for (int i = 0; i < _data.Length; i++)
        {
            arena.Write(programs.Data[i], _data[i], lane);
        }

        arena.Write(programs.Mask, _mask, lane);
    }
}
