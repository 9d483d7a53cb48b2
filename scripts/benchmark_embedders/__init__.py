"""The evaluation figures that the documents quote: embedders on shared data and on the demo.

===================  =============================================================
``__main__``         the command: which protocols, and a table for each
``demo``             demo categories, asked with phone-like pictures drawn for it
``shared_data``      public data sets in Parquet files, unpacked to pictures
===================  =============================================================
"""
