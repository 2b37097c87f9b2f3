"""coalition: who pays for prevention, who benefits, and which agreement makes nobody worse off.

The package reads in the order in which data flows; a module imports only from a lower floor.

    0  errors, problems, messages   what can go wrong, as values and sentences
       parties, money, tables       names of purses and accounts; cents; column contracts
    1  parameters, catalogue        dated, sourced values; interventions with their evidence
       scalars, reading, csv_tables files to plain data with the place of every value
       breaches                     what the schema refuses, back where it was written
       region, region_files         the two tables of a region
    2  numbers, schema              what a coalition may write
       laws, checks, scenario       which law is whose purse; load it, merge it, check it
       forms/                       a filled input form as a scenario; how a workbook of others is opened
       sources/                     published data to a region's tables
       cells/                       rules as formulas of a spreadsheet, beside their array forms
    3  inputs, prices               numbers per draw; euros of one year in another
       baseline, gemeentepolis      cost without the programme; who is insured for what
    4  kernels, overlap             how an effect spreads over years; what several do together
       streams, joint, projection   starters to avoided cost and delivery
       holders                      on whose account it falls
    5  ledger, payers               every euro from one account to another; how far a grant goes
       law_alone                    what the law does by itself
    7  wrong_pocket                 views: who pays, who gains, when
    8  model                        run_scenario: the floors in order
    9  uncertainty                  draws, ranges, what matters most
       notes, report                what a reader sees first; values only
       origins, tables_used         inputs and tables that a figure rests on, with their sources
       figures                      figures of the first screen by name
       steps, steps_of_law          from people to avoided cost, and from there to a party's money
       trace, sensitivity           a party's money, and what is not certain, back to what made it
       derivation                   the same for figures of everyone together
    10 outputs/                     values as text, JSON, CSV
    11 workbook/                    a scenario as a workbook, and the way back to a new version of it
    12 cli, source_commands         the commands
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

__version__ = "0.1.0"

if TYPE_CHECKING:
    from coalition.errors import (
        CoalitionError,
        DefectError,
        InputError,
        MissingExtraError,
        NoAgreementError,
        ScenarioError,
        SourceError,
        UnknownNameError,
    )
    from coalition.model import Result, run_scenario
    from coalition.parameters import load_parameters
    from coalition.scenario import Scenario, load_scenario
    from coalition.uncertainty import draw_inputs

__all__ = [
    "CoalitionError",
    "DefectError",
    "InputError",
    "MissingExtraError",
    "NoAgreementError",
    "Result",
    "Scenario",
    "ScenarioError",
    "SourceError",
    "UnknownNameError",
    "__version__",
    "draw_inputs",
    "load_parameters",
    "load_scenario",
    "run_scenario",
]

_HOME = {
    "CoalitionError": "errors",
    "DefectError": "errors",
    "InputError": "errors",
    "MissingExtraError": "errors",
    "NoAgreementError": "errors",
    "ScenarioError": "errors",
    "SourceError": "errors",
    "UnknownNameError": "errors",
    "Result": "model",
    "Scenario": "scenario",
    "draw_inputs": "uncertainty",
    "load_parameters": "parameters",
    "load_scenario": "scenario",
    "run_scenario": "model",
}


def __getattr__(name: str) -> Any:
    """Import a public name when it is first used, so that importing the package stays light."""
    if name not in _HOME:
        raise AttributeError(f"module 'coalition' has no attribute {name!r}")
    return getattr(import_module(f"coalition.{_HOME[name]}"), name)
