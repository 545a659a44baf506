using System.Collections.Immutable;

namespace FastDPMeta.Privacy.Accounting;

/// <summary>Several events on the same data, one after another; later ones may depend on the results of earlier ones.</summary>
public sealed record ComposedEvent : PrivacyEvent
{
    /// <summary>Events together. None at all releases nothing.</summary>
    /// <param name="events">The parts, all under one neighbouring relation.</param>
    /// <exception cref="ArgumentException">The parts hold under different relations.</exception>
    public ComposedEvent(params ImmutableArray<PrivacyEvent> events)
    {
        Events = events.IsDefault ? [] : events;
        foreach (PrivacyEvent part in Events)
        {
            ArgumentNullException.ThrowIfNull(part, nameof(events));
            if (part.Neighbours != Neighbours)
            {
                throw new ArgumentException(
                    $"Events under different neighbouring relations do not compose: got {Neighbours} and {part.Neighbours}. State all of them under one relation.",
                    nameof(events));
            }
        }
    }

    /// <summary>The parts in order.</summary>
    public ImmutableArray<PrivacyEvent> Events { get; }

    /// <summary>The relation of the parts.</summary>
    public override NeighbouringRelation Neighbours => Events.IsEmpty ? NeighbouringRelation.AddOrRemoveOne : Events[0].Neighbours;

    internal override void AddTo(SingleReleases releases, long count)
    {
        foreach (PrivacyEvent part in Events)
        {
            part.AddTo(releases, count);
        }
    }

    private protected override PrivacyEvent Grouped(int size) => new ComposedEvent([.. Events.Select(part => part.ForGroup(size))]);

    /// <summary>Equal parts in equal order.</summary>
    /// <param name="other">The other event.</param>
    public bool Equals(ComposedEvent? other) => other is not null && Events.AsSpan().SequenceEqual(other.Events.AsSpan());

    /// <inheritdoc/>
    public override int GetHashCode()
    {
        HashCode hash = default;
        foreach (PrivacyEvent part in Events)
        {
            hash.Add(part);
        }

        return hash.ToHashCode();
    }
}
