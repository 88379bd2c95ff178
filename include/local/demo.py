"""placeholder"""


class DemoFailed(Exception):
    """x"""
