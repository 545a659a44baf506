namespace FastDPMeta.Privacy.Accounting;

/// <summary>By which account a plan's noise is calibrated and its ledger decides whether one more round may follow. Both prove an upper bound of ε.</summary>
public enum PlanAccountant
{
    /// <summary>Rényi moments, added: releases of any kind may be charged beside the rounds, at one addition a charge.</summary>
    Rdp = 0,

    /// <summary>
    /// The certified upper bound (<see cref="Accountant.Certify"/>) of as many equal rounds: up to 13 % less ε for long runs, several times less for short ones. It proves something about rounds fixed beforehand, so
    /// the ledger takes nothing but rounds of the plan.
    /// </summary>
    Certified = 1,
}
