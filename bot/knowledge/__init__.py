"""What the agency knows and says: looking it through, changing it by proposals that a colleague judges."""
