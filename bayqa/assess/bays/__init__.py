"""The beautiful bay: indicators, standing, policy and the reduction it needs."""
