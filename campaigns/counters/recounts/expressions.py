"""The cost of a recipient in millionths, as the counting triggers of each database write it.

The migrations that made the triggers keep their own copies, which never change; a test holds both against each other.
"""

from notifyadmin.db.dialect import is_postgresql


def cost_in_millionths(row: str) -> str:
    """The SQL of a recipient's cost as a whole number of millionths; *row* is the name of its row in the statement.

    What is not a plain decimal number of at most nine digits before the point counts as nothing.
    """
    cost = f"{row}.cost"
    if is_postgresql():
        return f"campaigns_millionths({cost})"
    plain = f"{cost} GLOB '[0-9]*[0-9]' OR {cost} GLOB '[0-9]'"
    number = f"({plain}) AND {cost} NOT GLOB '*[^0-9.]*' AND {cost} NOT GLOB '*.*.*' AND instr({cost} || '.', '.') < 11"
    amount = f"CAST(round(CAST({cost} AS REAL) * 1000000) AS INTEGER)"
    return f"CASE WHEN {cost} = '' THEN 0 WHEN {number} THEN {amount} ELSE 0 END"
